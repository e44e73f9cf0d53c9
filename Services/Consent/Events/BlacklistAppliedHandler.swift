import Messaging
import Schema

/// A ban, or its end, is in force at the checkout: whoever asked for it can be told.
struct BlacklistAppliedHandler: EventHandler {
    let blacklist: Blacklist

    /// The orders service answers each event about a ban with one of its own, so both count alike.
    func handle(_ event: Received<BlacklistApplied>, in transaction: Transaction) async throws {
        blacklist.apply(
            event.payload, sequence: event.envelope.sequence, of: event.envelope.account, in: transaction)
    }
}
