import Messaging
import Postgres
import Schema

/// The key pairs that accounts' webhooks are signed with. Each account has its own: with one for all, a message to one
/// account would be as good as one to another.
struct WebhookKeyStore: Sendable {
    let database: PostgresDatabase
    let keyring: DataKeyring

    /// More keys at once would make messages larger and larger.
    static let limit = 4

    /// Sees to it that the account has a key.
    func provide(_ account: AccountID) async throws {
        try await database.withTransaction { transaction in
            guard try await lock(account, in: transaction).isEmpty else { return }
            try add(to: account, in: transaction)
        }
    }

    /// Gives the account a new key; the ones before it go on signing, and stay in the JWKS, for `overlap` at most.
    /// Answers `nil`, and changes nothing, if it has as many as it can have.
    func rotate(_ account: AccountID, overlap: Duration) async throws -> [WebhookKey]? {
        try await database.withTransaction { transaction in
            let present = try await lock(account, in: transaction)
            guard overlap == .zero || present.count < Self.limit else { return nil }
            transaction.send(
                """
                UPDATE webhook_keys
                SET retires_at = least(retires_at, now() + make_interval(secs => \(overlap.components.seconds)))
                WHERE account_id = \(account)
                """)
            // Nothing is left that could sign with them.
            transaction.send("DELETE FROM webhook_keys WHERE account_id = \(account) AND retires_at <= now()")
            try add(to: account, in: transaction)
            return try await keys(of: account, in: transaction)
        }
    }

    /// The keys that sign now, of one account or of all, the newest first.
    func keys(of account: AccountID? = nil) async throws -> [WebhookKey] {
        try await database.withTransaction { try await keys(of: account, in: $0) }
    }

    /// The account's keys, with nobody else changing them until the transaction ends.
    private func lock(_ account: AccountID, in transaction: PostgresTransaction) async throws -> [WebhookKey] {
        // A statement of its own: the next one must see what whoever had the lock before has written.
        transaction.send(
            "SELECT pg_advisory_xact_lock(hashtext('caravan.webhook_keys'), hashtext(\(account.description)::text))")
        return try await keys(of: account, in: transaction)
    }

    private func add(to account: AccountID, in transaction: PostgresTransaction) throws {
        let key = WebhookSigningKey()
        transaction.send(
            """
            INSERT INTO webhook_keys (id, account_id, public_key, private_key, created_at)
            VALUES (\(WebhookKeyID()), \(account), \(key.publicKey), \(try keyring.seal(key)), clock_timestamp())
            """)
    }

    private func keys(of account: AccountID?, in transaction: PostgresTransaction) async throws -> [WebhookKey] {
        try await transaction.query(
            """
            SELECT id, public_key, created_at, retires_at FROM webhook_keys
            WHERE (\(account)::uuid IS NULL OR account_id = \(account)::uuid)
                AND (retires_at IS NULL OR retires_at > now())
            ORDER BY created_at DESC, id
            """
        ).map { row in
            WebhookKey(
                id: try row["id"], publicKey: try row["public_key"], createdAt: try row["created_at"],
                retiresAt: try row["retires_at"])
        }
    }
}
