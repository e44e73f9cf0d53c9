import FoundationEssentials
import Messaging
import Postgres
import Schema

/// The SQL of the card keys, and the events that tell of them.
struct CardKeyStore: Sendable {
    let database: PostgresDatabase
    let outbox: Outbox
    let keyring: DataKeyring

    /// Card keys are the platform's, not an account's.
    private static let platform = AccountID(uuid: UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)))

    /// The private half of a key, or nil if it is destroyed or never was.
    func opener(_ id: CardKeyID) async throws -> CardOpener? {
        let row = try await database.query("SELECT private_key FROM card_keys WHERE id = \(id)").first
        guard let sealed = try row?["private_key", as: Sealed<String>?.self] else { return nil }
        return try CardOpener(keyID: id.description, privateKey: keyring.open(sealed))
    }

    /// Whether there is a key to seal to.
    func hasActiveKey() async throws -> Bool {
        try await !database.query("SELECT 1 AS one FROM card_keys WHERE retired_at IS NULL LIMIT 1").isEmpty
    }

    /// Makes, retires and destroys keys as they are due, in one transaction and by one replica at a time.
    ///
    /// - Returns: The keys that were destroyed, and those that are left.
    func rotate(
        life: Duration, retention: Duration, overlap: Duration, at now: Timestamp
    ) async throws -> (destroyed: [CardKeyID], left: [CardKeyID]) {
        try await database.withTransaction { transaction in
            // A statement of its own: the next one must see what whoever had the lock before has written.
            transaction.send("SELECT pg_advisory_xact_lock(hashtext('caravan.card_keys'))")
            let rows = try await transaction.query(
                "SELECT id, activated_at, retired_at FROM card_keys WHERE destroyed_at IS NULL")
            let keys = try rows.map {
                CardKey(id: try $0["id"], activatedAt: try $0["activated_at"], retiredAt: try $0["retired_at"])
            }
            let plan = CardKeyPlan(keys, life: life, retention: retention, overlap: overlap, at: now)
            if plan.needsNew { try add(CardKeyID(), at: now, in: transaction) }
            for id in plan.retiring { try retire(id, at: now, in: transaction) }
            for id in plan.destroying {
                transaction.send("UPDATE card_keys SET private_key = NULL, destroyed_at = \(now) WHERE id = \(id)")
            }
            // A new one is in nobody's memory yet.
            return (plan.destroying, keys.map(\.id).filter { !plan.destroying.contains($0) })
        }
    }

    private func add(_ id: CardKeyID, at now: Timestamp, in transaction: PostgresTransaction) throws {
        let pair = CardOpener(generating: id.description)
        transaction.send(
            """
            INSERT INTO card_keys (id, public_key, private_key, sequence, activated_at)
            VALUES (\(id), \(pair.publicKey), \(try keyring.seal(pair.exportedPrivateKey)), 1, \(now))
            """)
        try outbox.append(
            CardKeyActivated(keyID: id.description, publicKey: pair.publicKey, activatedAt: now),
            subject: id.description, sequence: 1, account: Self.platform, in: transaction)
    }

    private func retire(_ id: CardKeyID, at now: Timestamp, in transaction: PostgresTransaction) throws {
        transaction.send("UPDATE card_keys SET retired_at = \(now), sequence = 2 WHERE id = \(id)")
        try outbox.append(
            CardKeyRetired(keyID: id.description), subject: id.description, sequence: 2, account: Self.platform,
            in: transaction)
    }
}
