import FoundationEssentials
import Messaging
import Postgres
import Schema

/// What an inquiry brought.
enum InquiryAnswer: Sendable {
    case found(UUID)
    /// The owner says that there is none.
    case unknown
}

/// The SQL of questions to other services.
struct InquiryStore: Sendable {
    let database: PostgresDatabase

    func insert(_ id: InquiryID, of account: AccountID, in transaction: PostgresTransaction) {
        transaction.send("INSERT INTO inquiries (id, account_id, created_at) VALUES (\(id), \(account), now())")
    }

    func answer(_ id: InquiryID, found: UUID?, of account: AccountID, in transaction: PostgresTransaction) {
        transaction.send(
            """
            UPDATE inquiries SET is_answered = true, found_id = \(found)
            WHERE id = \(id) AND account_id = \(account)
            """)
    }

    /// The answers that are there.
    func answers(_ ids: [InquiryID]) async throws -> [InquiryID: InquiryAnswer] {
        let rows = try await database.query(
            "SELECT id, found_id FROM inquiries WHERE id = ANY (\(ids.map(\.uuid))::uuid[]) AND is_answered")
        return try Dictionary(
            uniqueKeysWithValues: rows.map { row in
                (try row["id"], try row["found_id", as: UUID?.self].map(InquiryAnswer.found) ?? .unknown)
            })
    }

    /// Deletes questions that nobody can be waiting for any more.
    func deleteOld() async throws {
        try await database.execute("DELETE FROM inquiries WHERE created_at < now() - interval '1 minute'")
    }
}
