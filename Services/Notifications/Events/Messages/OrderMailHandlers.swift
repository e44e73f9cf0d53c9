import Messaging
import Schema

/// An order was completed: its buyer gets a confirmation.
struct OrderConfirmationHandler: EventHandler {
    let mail: OrderMail

    func handle(_ event: Received<OrderCompleted>, in transaction: Transaction) async throws {
        let order = event.payload.order
        try mail.add(
            .orderConfirmation, to: order.buyer, source: order.id.description,
            MessageContent(letter: OrderLetter(order)), of: event.envelope.account, in: transaction)
    }
}

/// Money was given back: the buyer is told how much.
struct OrderRefundHandler: EventHandler {
    let mail: OrderMail

    func handle(_ event: Received<OrderRefunded>, in transaction: Transaction) async throws {
        let (order, refund) = (event.payload.order, event.payload.refund)
        try mail.add(
            .orderRefund, to: order.buyer, source: refund.id.description,
            MessageContent(letter: OrderLetter(order, refunded: abs(refund.amount))), of: event.envelope.account,
            in: transaction)
    }
}

/// A parcel is on its way: whoever gets it can follow it. For each parcel of a fulfillment there is one mail, also when
/// its carrier or link is put right later.
struct ShipmentMailHandler: EventHandler {
    let mail: OrderMail

    func handle(_ event: Received<FulfillmentShipped>, in transaction: Transaction) async throws {
        let fulfillment = event.payload.fulfillment
        let parcel = [fulfillment.id.description, fulfillment.trackingNumber].compactMap(\.self)
        try mail.add(
            .orderShipment, to: event.payload.recipient, source: parcel.joined(separator: " "),
            MessageContent(shipment: ShipmentLetter(fulfillment)), of: event.envelope.account, in: transaction)
    }
}

/// Queues mails to buyers, each in the transaction that records its event.
struct OrderMail: Sendable {
    let messages: MessageStore
    let keyring: DataKeyring

    /// Queues a mail, if the buyer has an address. For each source there is one.
    func add(
        _ template: MailTemplate, to buyer: Sealed<Buyer>?, source: String, _ content: MessageContent,
        of account: AccountID, in transaction: Transaction
    ) throws {
        guard let buyer = try buyer.map({ try keyring.open($0) }), let address = buyer.email else { return }
        var content = content
        (content.address, content.name) = (address, buyer.name)
        let message = NewMessage(
            account: account, channel: .email, template: template.rawValue, source: source, content: content)
        try messages.add(message, in: transaction)
    }
}

func orderMailHandlers(_ mail: OrderMail) -> [any EventHandler] {
    [OrderConfirmationHandler(mail: mail), OrderRefundHandler(mail: mail), ShipmentMailHandler(mail: mail)]
}
