import Messaging
import Postgres
import Schema

/// The SQL that changes campaigns.
struct CampaignStore: Sendable {
    let database: PostgresDatabase

    /// Draws the number of a new campaign.
    func number(in transaction: PostgresTransaction) async throws -> Int64 {
        let rows = try await transaction.query("SELECT nextval('campaign_numbers') AS number")
        return try rows.first?["number"] ?? 0
    }

    /// Draws numbers for new products.
    func productNumbers(_ count: Int, in transaction: PostgresTransaction) async throws -> [Int64] {
        guard count > 0 else { return [] }
        return try await transaction.query(
            "SELECT nextval('campaign_product_numbers') AS number FROM generate_series(1, \(count)::int)"
        ).map { try $0["number"] }
    }

    /// Adds a campaign without its products, unless the account has one of this internal id: answers whether it was added.
    func insert(_ campaign: Campaign, in transaction: PostgresTransaction) async throws -> Bool {
        let terms = campaign.terms
        return try await transaction.execute(
            """
            INSERT INTO campaigns (account_id, id, number, internal_id, sequence, name, is_active, category_id, terms,
                created_at, updated_at)
            VALUES (\(campaign.account), \(campaign.id), \(campaign.number), \(campaign.internalID),
                \(campaign.sequence), \(terms.name), \(terms.isActive), \(terms.category?.id),
                \(try JSON.text(terms)), \(campaign.createdAt), \(campaign.updatedAt))
            ON CONFLICT (account_id, internal_id) DO NOTHING
            """) == 1
    }

    /// Writes what changed of a campaign, without its products.
    func update(_ campaign: Campaign, in transaction: PostgresTransaction) throws {
        let terms = campaign.terms
        transaction.send(
            """
            UPDATE campaigns
            SET sequence = \(campaign.sequence), name = \(terms.name), is_active = \(terms.isActive),
                category_id = \(terms.category?.id), terms = \(try JSON.text(terms)),
                updated_at = \(campaign.updatedAt)
            WHERE account_id = \(campaign.account) AND id = \(campaign.id)
            """)
    }

    /// Writes the products of a campaign in place of those that it had.
    func writeProducts(of campaign: Campaign, in transaction: PostgresTransaction) throws {
        let products = campaign.products
        let contents = products.map(\.content)
        transaction.send(
            """
            DELETE FROM campaign_products WHERE account_id = \(campaign.account) AND campaign_id = \(campaign.id)
            """)
        transaction.send(
            """
            INSERT INTO campaign_products (account_id, campaign_id, internal_id, number, kind, name, is_active,
                position, content, created_at, updated_at)
            SELECT \(campaign.account), \(campaign.id), internal_id, number, kind, name, is_active, position, content,
                created_at, updated_at
            FROM unnest(\(contents.map(\.internalID))::text[], \(products.map(\.number))::bigint[],
                \(contents.map(\.kind.rawValue))::text[], \(contents.map(\.name))::text[],
                \(contents.map(\.isActive))::boolean[], \(contents.map(\.position))::bigint[],
                \(try contents.map(JSON.text))::text[], \(products.map(\.createdAt))::timestamptz[],
                \(products.map(\.updatedAt))::timestamptz[])
                AS products (internal_id, number, kind, name, is_active, position, content, created_at, updated_at)
            """)
    }

    /// The campaign of an internal id, locked until the transaction ends.
    func lock(
        _ internalID: String, of account: AccountID, in transaction: PostgresTransaction
    ) async throws -> Campaign? {
        let row = try await transaction.query(
            """
            SELECT id, number, internal_id, sequence, terms, created_at, updated_at FROM campaigns
            WHERE account_id = \(account) AND internal_id = \(internalID) FOR UPDATE
            """
        ).first
        guard let row else { return nil }
        let products = try await transaction.query(
            """
            SELECT number, content, created_at, updated_at FROM campaign_products
            WHERE account_id = \(account) AND campaign_id = \(try row["id", as: CampaignID.self])
            ORDER BY position, number
            """
        ).map { try CampaignProduct($0) }
        return Campaign(
            id: try row["id"], account: account, number: try row["number"], internalID: try row["internal_id"],
            sequence: try row["sequence"], terms: try JSON.decode(from: row["terms", as: String.self]),
            products: products, createdAt: try row["created_at"], updatedAt: try row["updated_at"])
    }
}

extension CampaignProduct {
    init(_ row: PostgresRow) throws {
        self.init(
            number: try row["number"], content: try JSON.decode(from: row["content", as: String.self]),
            createdAt: try row["created_at"], updatedAt: try row["updated_at"])
    }
}
