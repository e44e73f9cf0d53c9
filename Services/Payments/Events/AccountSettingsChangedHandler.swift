import Messaging
import Schema

/// An account's days may begin elsewhere now.
struct AccountSettingsChangedHandler: EventHandler {
    let settings: AccountSettingsStore

    func handle(_ event: Received<AccountSettingsChanged>, in transaction: Transaction) async throws {
        settings.save(
            event.payload, sequence: event.envelope.sequence, of: event.envelope.account, in: transaction)
    }
}
