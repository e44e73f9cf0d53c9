import Messaging
import Postgres
import Schema

/// The only way to change campaigns: it writes the rows and appends the event that tells of them.
struct CampaignBook: Sendable {
    let campaigns: CampaignStore
    let outbox: Outbox

    /// Publishes a campaign under its internal id; answers it, and whether it is new. What is published already changes
    /// nothing and is not told again.
    func publish(
        _ terms: CampaignTerms, _ products: [CampaignProductContent], as internalID: String, for account: AccountID
    ) async throws -> (campaign: Campaign, isNew: Bool) {
        try await campaigns.database.withTransaction { transaction in
            if let known = try await campaigns.lock(internalID, of: account, in: transaction) {
                return (try await republish(known, terms, products, in: transaction), false)
            }
            let new = Campaign(
                publishing: terms, products, as: internalID, for: account,
                number: try await campaigns.number(in: transaction),
                productNumbers: try await campaigns.productNumbers(products.count, in: transaction), at: .now())
            if try await campaigns.insert(new, in: transaction) {
                try campaigns.writeProducts(of: new, in: transaction)
                try append(CampaignPublished(campaign: new.snapshot), of: new, in: transaction)
                return (new, true)
            }
            // Somebody else was faster.
            guard let known = try await campaigns.lock(internalID, of: account, in: transaction) else {
                throw CampaignError.vanished
            }
            return (try await republish(known, terms, products, in: transaction), false)
        }
    }

    private func republish(
        _ known: Campaign, _ terms: CampaignTerms, _ products: [CampaignProductContent],
        in transaction: PostgresTransaction
    ) async throws -> Campaign {
        var campaign = known
        let count = campaign.newProducts(in: products)
        let numbers = try await campaigns.productNumbers(count, in: transaction)
        if campaign.publish(terms, products, numbers: numbers, at: .now()) {
            try campaigns.update(campaign, in: transaction)
            try campaigns.writeProducts(of: campaign, in: transaction)
            try append(CampaignUpdated(campaign: campaign.snapshot), of: campaign, in: transaction)
        }
        return campaign
    }

    private func append(_ event: some Event, of campaign: Campaign, in transaction: PostgresTransaction) throws {
        try outbox.append(
            event, subject: campaign.id.description, sequence: campaign.sequence, account: campaign.account,
            in: transaction)
    }
}

/// Why a campaign cannot be changed.
enum CampaignError: Error {
    /// The campaign was there a moment ago; campaigns are never deleted.
    case vanished
}
