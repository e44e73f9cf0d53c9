/// The mails that are written here. Another one is a case, its subject, and two files in `Jobs/Mail/Templates`.
enum MailTemplate: String, Sendable, CaseIterable {
    case orderConfirmation = "order_confirmation"
    case orderRefund = "order_refund"
    case orderShipment = "order_shipment"
    case errorReport = "error_report"

    /// Mustache, as the files.
    var subject: String {
        switch self {
        case .orderConfirmation: "Your order {{number}}"
        case .orderRefund: "Your refund for order {{number}}"
        case .orderShipment: "Your order {{letter.number}} is on its way"
        case .errorReport:
            "{{report.name}}: {{report.count}} failed {{#isOne}}delivery{{/isOne}}{{^isOne}}deliveries{{/isOne}}"
        }
    }

    /// Whether it goes to buyers by itself, which an account can do without.
    var isOrderMail: Bool { self != .errorReport }
}
