import Messaging
import Postgres
import Schema
import ServiceKit

/// The SQL of the projection of catalog's campaigns.
struct CampaignStore: Sendable {
    let database: PostgresDatabase
    private let cache = CampaignCache()
    private let recent = RecentValues<CampaignName, CampaignSnapshot>()

    init(database: PostgresDatabase) {
        self.database = database
    }

    /// The campaign that the account calls so, as it was a moment ago: it is asked for with every order.
    func campaign(_ internalID: String, of account: AccountID) async throws -> CampaignSnapshot? {
        try await recent.value(for: CampaignName(account: account, internalID: internalID)) {
            try campaign(try await database.query(Self.select(internalID, account)))
        }
    }

    /// The campaign that the account calls so, for a request that is in a transaction already.
    func campaign(
        _ internalID: String, of account: AccountID, in transaction: PostgresTransaction
    ) async throws -> CampaignSnapshot? {
        try campaign(try await transaction.query(Self.select(internalID, account)))
    }

    private static func select(_ internalID: String, _ account: AccountID) -> PostgresQuery {
        "SELECT id, sequence, snapshot FROM campaigns WHERE account_id = \(account) AND internal_id = \(internalID)"
    }

    private func campaign(_ rows: PostgresRows) throws -> CampaignSnapshot? {
        try rows.first.map { row in
            try cache.campaign(row["id"], sequence: row["sequence"]) { try row["snapshot"] }
        }
    }

    /// Keeps what an event says, unless a later one was here before it.
    func save(
        _ campaign: CampaignSnapshot, sequence: Int64, of account: AccountID, in transaction: PostgresTransaction
    ) throws {
        transaction.send(
            """
            INSERT INTO campaigns AS c (account_id, internal_id, id, number, is_active, sequence, snapshot)
            VALUES (\(account), \(campaign.internalID), \(campaign.id), \(campaign.number), \(campaign.isActive),
                \(sequence), \(try JSON.text(campaign)))
            ON CONFLICT (account_id, internal_id) DO UPDATE SET id = excluded.id, number = excluded.number,
                is_active = excluded.is_active, sequence = excluded.sequence, snapshot = excluded.snapshot
            WHERE c.sequence < excluded.sequence
            """)
        transaction.afterCommit { [recent] in
            recent.forget(CampaignName(account: account, internalID: campaign.internalID))
        }
    }
}

/// Which campaign of which account.
private struct CampaignName: Hashable, Sendable {
    let account: AccountID
    let internalID: String
}
