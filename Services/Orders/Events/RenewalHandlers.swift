import Messaging
import Schema

/// A charge went through: if it renews a subscription, that has another cycle.
struct RenewalCompletedHandler: EventHandler {
    let book: SubscriptionBook

    func handle(_ event: Received<PaymentCompleted>, in transaction: Transaction) async throws {
        try await book.complete(event.payload.transaction.id, of: event.envelope.account, in: transaction)
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
