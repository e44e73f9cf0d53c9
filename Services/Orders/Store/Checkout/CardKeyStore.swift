import Messaging
import Postgres
import Schema
import Synchronization

/// The public keys that payments announces, and the one to seal cards with.
final class CardKeyStore: Sendable {
    private struct Known {
        let sealer: CardSealer
        let readAt: ContinuousClock.Instant
    }

    /// A key that has just been replaced can be used for this much longer; payments still opens what it sealed.
    private static let freshness = Duration.seconds(5)

    private let database: PostgresDatabase
    private let known = Mutex<Known?>(nil)

    init(database: PostgresDatabase) {
        self.database = database
    }

    /// Seals with the newest key; nil before payments has announced any.
    func sealer() async throws -> CardSealer? {
        let now = ContinuousClock.now
        if let known = known.withLock({ $0 }), now - known.readAt < Self.freshness { return known.sealer }
        let row = try await database.query(
            """
            SELECT key_id, public_key FROM card_keys WHERE retired_at IS NULL ORDER BY activated_at DESC LIMIT 1
            """
        ).first
        guard let row else { return nil }
        let sealer = try CardSealer(keyID: row["key_id"], publicKey: row["public_key"])
        known.withLock { $0 = Known(sealer: sealer, readAt: now) }
        return sealer
    }

    func activate(_ key: CardKeyActivated, in transaction: PostgresTransaction) {
        transaction.send(
            """
            INSERT INTO card_keys (key_id, public_key, activated_at)
            VALUES (\(key.keyID), \(key.publicKey), \(key.activatedAt)) ON CONFLICT DO NOTHING
            """)
    }

    func retire(_ keyID: String, at time: Timestamp, in transaction: PostgresTransaction) {
        transaction.send(
            "UPDATE card_keys SET retired_at = \(time) WHERE key_id = \(keyID) AND retired_at IS NULL")
    }
}
