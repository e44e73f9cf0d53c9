import Messaging
import Schema

/// Somebody answered STOP: consent ends for everyone on the number, with an entry of the ledger each.
struct SMSStopReceivedHandler: EventHandler {
    let subscriptions: Subscriptions
    let keyring: DataKeyring

    func handle(_ event: Received<SMSStopReceived>, in transaction: Transaction) async throws {
        let stop = event.payload
        let request = OptOut(
            phoneNumber: try keyring.open(stop.phone), source: ConsentSource.message, reason: stop.keyword)
        do {
            _ = try await subscriptions.withdraw(request, of: event.envelope.account, in: transaction)
        } catch ConsentRefusal.unknownSubscription {
            // Nobody has consented on this number: there is nothing to withdraw.
        }
    }
}
