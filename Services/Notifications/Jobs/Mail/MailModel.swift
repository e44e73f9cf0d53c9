import Schema

/// What templates may name: who writes to whom, and what the letter tells, for people to read.
enum MailModel {
    /// The model of a message that has a letter.
    ///
    /// - Parameter sender: Who signs.
    static func model(of content: MessageContent, to name: String?, from sender: String) -> (any Sendable)? {
        if let letter = content.letter { return Ordered(letter, name: name, sender: sender) }
        if let shipment = content.shipment { return Shipped(letter: shipment, name: name, sender: sender) }
        return content.report.map { Reported($0, sender: sender) }
    }

    /// An order and its sums. Amounts have all digits of their currency.
    private struct Ordered: Sendable {
        struct Line: Sendable {
            let name: String
            let quantity: Int?
            let amount: String
        }

        let sender: String
        let name: String?
        let number: String
        let date: String
        let lines: [Line]
        let sums: [Line]
        let total: String
        let refunded: String?

        init(_ letter: OrderLetter, name: String?, sender: String) {
            func amount(_ minorUnits: Int64) -> String {
                Money(minorUnits: minorUnits, currency: letter.currency).formatted
            }
            func line(_ line: OrderLetter.Line) -> Line {
                Line(name: line.name, quantity: line.quantity, amount: amount(line.amount))
            }
            self.name = name
            self.sender = sender
            number = letter.number
            date = String(letter.orderedAt.rfc3339.prefix(10))
            lines = letter.lines.map(line)
            sums = letter.sums.map(line)
            total = amount(letter.total)
            refunded = letter.refunded.map(amount)
        }
    }

    /// A parcel.
    private struct Shipped: Sendable {
        let letter: ShipmentLetter
        let name: String?
        let sender: String
    }

    /// Deliveries that were given up.
    private struct Reported: Sendable {
        let report: ErrorReport
        let sender: String
        let isOne: Bool
        /// nil where every delivery is in a group.
        let others: Int?
        let listed: Int
        let isCut: Bool

        init(_ report: ErrorReport, sender: String) {
            self.report = report
            self.sender = sender
            isOne = report.count == 1
            others = report.others == 0 ? nil : report.others
            listed = report.listed
            isCut = report.listed < report.count
        }
    }
}
