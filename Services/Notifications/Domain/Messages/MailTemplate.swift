/// The mails that are written here. Another one is a case, its subject, and two files in `Jobs/Mail/Templates`.
enum MailTemplate: String, Sendable, CaseIterable {
    case orderConfirmation = "order_confirmation"
    case orderRefund = "order_refund"

    /// Mustache, as the files.
    var subject: String {
        switch self {
        case .orderConfirmation: "Your order {{number}}"
        case .orderRefund: "Your refund for order {{number}}"
        }
    }
}
