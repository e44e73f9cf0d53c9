import Messaging
import Schema

/// Payments has a new key that cards are sealed with from now on.
struct CardKeyActivatedHandler: EventHandler {
    let keys: CardKeyStore

    func handle(_ event: Received<CardKeyActivated>, in transaction: Transaction) async throws {
        keys.activate(event.payload, in: transaction)
    }
}

/// A key is no longer to be used.
struct CardKeyRetiredHandler: EventHandler {
    let keys: CardKeyStore

    func handle(_ event: Received<CardKeyRetired>, in transaction: Transaction) async throws {
        keys.retire(event.payload.keyID, at: event.envelope.time, in: transaction)
    }
}
