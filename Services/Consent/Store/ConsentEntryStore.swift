import Messaging
import Postgres
import Schema

/// The SQL of consent entries.
struct ConsentEntryStore: Sendable {
    let database: PostgresDatabase

    func insert(_ entry: ConsentEntry, _ commitment: ConsentCommitment, in transaction: PostgresTransaction) {
        transaction.send(
            """
            INSERT INTO consent_entries (account_id, id, person_id, kind, channel, purpose, source, occurred_at,
                recorded_at, personal, salt, commitment)
            VALUES (\(entry.account), \(entry.id), \(entry.personal.person), \(entry.kind.rawValue),
                \(entry.channel.rawValue), \(entry.purpose.rawValue), \(entry.source), \(entry.occurredAt),
                \(entry.recordedAt), \(commitment.personal), \(commitment.salt), \(commitment.hash))
            """)
    }

    func entries(of person: CustomerID, account: AccountID) async throws -> [ConsentEntry] {
        try await database.query(
            """
            SELECT account_id, id, kind, channel, purpose, source, occurred_at, recorded_at, personal
            FROM consent_entries
            WHERE account_id = \(account) AND person_id = \(person)
            ORDER BY occurred_at, position
            """
        ).map { row in
            ConsentEntry(
                id: try row["id"], account: try row["account_id"], kind: try row["kind"],
                channel: try row["channel"], purpose: try row["purpose"], source: try row["source"],
                occurredAt: try row["occurred_at"], recordedAt: try row["recorded_at"],
                personal: try JSON.decode(from: try row["personal", as: String.self]))
        }
    }

    func move(
        from person: CustomerID, to other: CustomerID, of account: AccountID, in transaction: PostgresTransaction
    ) {
        transaction.send(
            """
            UPDATE consent_entries SET person_id = \(other) WHERE account_id = \(account) AND person_id = \(person)
            """)
    }

    func forget(_ person: CustomerID, of account: AccountID, in transaction: PostgresTransaction) {
        transaction.send(
            """
            UPDATE consent_entries SET person_id = NULL, personal = NULL, salt = NULL
            WHERE account_id = \(account) AND person_id = \(person)
            """)
    }
}

extension ConsentEntry.Kind: PostgresCodable {}
extension ConsentEntry.Channel: PostgresCodable {}
extension ConsentEntry.Purpose: PostgresCodable {}
