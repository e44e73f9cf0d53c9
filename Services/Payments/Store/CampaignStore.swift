import Messaging
import Postgres
import Schema

/// The SQL of what is known of campaigns.
struct CampaignStore: Sendable {
    let database: PostgresDatabase

    /// The campaign that the account calls so; nil if none is known.
    func campaign(_ internalID: String, of account: AccountID) async throws -> TaxedCampaign? {
        try await database.query(
            """
            SELECT is_active, currencies, tax_enabled, tax_provider FROM campaigns
            WHERE account_id = \(account) AND internal_id = \(internalID)
            """
        ).first.map { row in
            let codes: [String] = try row["currencies"]
            return TaxedCampaign(
                currency: codes.lazy.compactMap { Currency($0) }.first ?? .usd,
                isTaxed: try row["is_active", as: Bool.self] && row["tax_enabled", as: Bool.self],
                provider: try row["tax_provider"])
        }
    }

    /// Takes in how a campaign is now. An event that comes late changes nothing.
    func save(
        _ campaign: CampaignSnapshot, sequence: Int64, of account: AccountID, in transaction: PostgresTransaction
    ) {
        transaction.send(
            """
            INSERT INTO campaigns (account_id, internal_id, sequence, is_active, currencies, tax_enabled, tax_provider)
            VALUES (\(account), \(campaign.internalID), \(sequence), \(campaign.isActive),
                \(campaign.allowedCurrencies), \(campaign.taxEnabled), \(campaign.taxProvider))
            ON CONFLICT (account_id, internal_id) DO UPDATE
            SET sequence = excluded.sequence, is_active = excluded.is_active, currencies = excluded.currencies,
                tax_enabled = excluded.tax_enabled, tax_provider = excluded.tax_provider
            WHERE campaigns.sequence < excluded.sequence
            """)
    }
}
