import Edge
import Messaging
import Postgres
import Schema

/// Refuses a revoked API key: at once in this replica, within a second in the others (see ``RevocationPoll``).
struct APIKeyRevokedHandler: EventHandler {
    let revocations: RevocationList

    func handle(_ event: Received<APIKeyRevoked>, in transaction: PostgresTransaction) async throws {
        let keyID = "\(event.payload.keyID)"
        transaction.send("INSERT INTO revoked_keys (key_id) VALUES (\(keyID)) ON CONFLICT DO NOTHING")
        transaction.afterCommit { [revocations] in revocations.revoke([keyID]) }
    }
}
