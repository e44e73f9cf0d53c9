import Messaging
import Schema

/// An order was completed: its buyer gets a confirmation.
struct OrderConfirmationHandler: EventHandler {
    let mail: OrderMail

    func handle(_ event: Received<OrderCompleted>, in transaction: Transaction) async throws {
        let order = event.payload.order
        try mail.add(
            .orderConfirmation, about: order, source: order.id.description, OrderLetter(order),
            of: event.envelope.account, in: transaction)
    }
}

/// Money was given back: the buyer is told how much.
struct OrderRefundHandler: EventHandler {
    let mail: OrderMail

    func handle(_ event: Received<OrderRefunded>, in transaction: Transaction) async throws {
        let (order, refund) = (event.payload.order, event.payload.refund)
        try mail.add(
            .orderRefund, about: order, source: refund.id.description,
            OrderLetter(order, refunded: abs(refund.amount)), of: event.envelope.account, in: transaction)
    }
}

/// Queues mails to buyers, each in the transaction that records its event.
struct OrderMail: Sendable {
    let messages: MessageStore
    let keyring: DataKeyring

    /// Queues a mail, if the order's buyer has an address. For each source there is one.
    func add(
        _ template: MailTemplate, about order: OrderSnapshot, source: String, _ letter: OrderLetter,
        of account: AccountID, in transaction: Transaction
    ) throws {
        guard let buyer = try order.buyer.map({ try keyring.open($0) }), let address = buyer.email else { return }
        let message = NewMessage(
            account: account, channel: .email, template: template.rawValue, source: source,
            content: MessageContent(address: address, name: buyer.name, letter: letter))
        try messages.add(message, in: transaction)
    }
}

func orderMailHandlers(_ mail: OrderMail) -> [any EventHandler] {
    [OrderConfirmationHandler(mail: mail), OrderRefundHandler(mail: mail)]
}
