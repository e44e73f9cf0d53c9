import Schema

/// Keeps an account's sales for its tax returns, and wants to hear of each.
protocol TaxReporter: Sendable {
    /// - Throws: If it is not known whether the report has arrived. A report can be made again: its id tells it.
    func report(_ report: TaxReport) async throws
}

/// A sale or a refund as a tax service hears of it. Amounts are in minor units; below zero for a refund.
struct TaxReport: Sendable, Equatable {
    var id: String
    /// Of a refund: the sale's id.
    var referenceID: String?
    var date: Timestamp
    var destination: PostalAddress
    /// What was paid, without the tax and with the shipping.
    var amount: Int64
    var shipping: Int64
    var tax: Int64
    var currency: Currency
    /// Of a sale.
    var lines: [TaxLine]
}

/// A charge that a tax service knows of, or is to know of.
struct TaxedSale: Sendable {
    var orderNumber: String
    var number: String
    /// Whether it is what its order began with. Additions and renewals are sales of their own.
    var isFirst: Bool
    var date: Timestamp
    var amount: Int64
    var shipping: Int64
    var tax: Int64
    var currency: Currency

    /// The order's number, so that the order is found there; that and the transaction's for what came after.
    var reportID: String { isFirst ? orderNumber : "\(orderNumber)-\(number)" }

    func report(_ question: TaxQuestion, to destination: PostalAddress) -> TaxReport {
        TaxReport(
            id: reportID, date: date, destination: destination, amount: amount - tax, shipping: shipping, tax: tax,
            currency: currency, lines: question.lines)
    }

    /// A refund of it, with the part of the shipping that goes with it: `{order}-refund-{transaction}`.
    ///
    /// - Parameters:
    ///   - number: The refund's; the sale's own where that was voided.
    ///   - returned: Above zero, as is `returnedTax` or that is zero.
    func refundReport(
        number: String, returned: Int64, tax returnedTax: Int64, at time: Timestamp, to destination: PostalAddress
    ) -> TaxReport {
        TaxReport(
            id: "\(orderNumber)-refund-\(number)", referenceID: reportID, date: time, destination: destination,
            amount: returnedTax - returned, shipping: amount > 0 ? -shipping.part(of: amount, times: returned) : 0,
            tax: -returnedTax, currency: currency, lines: [])
    }
}
