import Messaging
import Schema

/// A charge went through: if it renews a subscription, that has another cycle, and what it brings is sent.
struct RenewalCompletedHandler: EventHandler {
    let book: SubscriptionBook
    let fulfillments: FulfillmentBook

    func handle(_ event: Received<PaymentCompleted>, in transaction: Transaction) async throws {
        let charge = event.payload.transaction.id
        let renewed = try await book.complete(charge, of: event.envelope.account, in: transaction)
        if let renewed { try await fulfillments.plan(renewal: renewed, paidBy: charge, in: transaction) }
    }

    func handle(_ events: [Received<PaymentCompleted>], in transaction: Transaction) async throws {
        // Most charges renew nothing, and none that the buyer was there for.
        let charges = events.map(\.payload.transaction).filter { ![.card, .paypalWallet].contains($0.method) }
        guard !charges.isEmpty else { return }
        let renewals = try await book.renewals(among: charges.map(\.id), in: transaction)
        for event in events where renewals.contains(event.payload.transaction.id) {
            try await event.traced { try await handle(event, in: transaction) }
        }
    }
}

/// A charge was refused: if it renews a subscription, that is tried again.
struct RenewalDeclinedHandler: EventHandler {
    let book: SubscriptionBook

    func handle(_ event: Received<PaymentDeclined>, in transaction: Transaction) async throws {
        try await book.decline(event.payload.transaction.id, of: event.envelope.account, in: transaction)
    }
}

/// A charge was given up before anything was paid: the same as refused.
struct RenewalVoidedHandler: EventHandler {
    let book: SubscriptionBook

    func handle(_ event: Received<PaymentVoided>, in transaction: Transaction) async throws {
        try await book.decline(event.payload.transaction.id, of: event.envelope.account, in: transaction)
    }
}
