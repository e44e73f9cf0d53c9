import Edge
import FoundationEssentials
import Messaging
import Postgres
import Schema

/// A campaign as the list shows it: with its products counted, not named.
struct FoundCampaign: Sendable {
    let id: CampaignID
    let number: Int64
    let internalID: String
    let terms: CampaignTerms
    /// Active ones.
    let offers: Int
    let upsells: Int
    let createdAt: Timestamp
    let updatedAt: Timestamp
}

/// Which campaigns are looked for.
struct CampaignFilter: Sendable {
    var isActive: Bool?
    var categoryID: Int64?
    /// A part of the name or of the internal id.
    var search: String?
}

/// Which products of a campaign are looked for.
struct CampaignProductFilter: Sendable {
    var isActive: Bool?
    var kind: CampaignProductKind?
    /// A part of the name or of the internal id.
    var search: String?
}

/// The SQL of the lists of campaigns and of their products.
struct CampaignSearch: Sendable {
    let database: PostgresDatabase

    /// A page of an account's campaigns, oldest first, and how many there are in all.
    func campaigns(
        _ filter: CampaignFilter, page: HealthSuite.PageRequest, of account: AccountID
    ) async throws -> (campaigns: [FoundCampaign], total: Int) {
        let total = try await database.query(
            "SELECT count(*) AS total FROM campaigns WHERE account_id = \(account) \(matching: filter)"
        ).first?["total", as: Int.self]
        let rows = try await database.query(
            """
            \(constant: Self.select) WHERE account_id = \(account) \(matching: filter)
            ORDER BY number LIMIT \(page.perPage) OFFSET \(page.offset)
            """)
        return (try rows.map { try FoundCampaign($0) }, total ?? 0)
    }

    /// The campaign of an internal id or, if the text is one, of a UUID.
    func campaign(_ identifier: String, of account: AccountID) async throws -> FoundCampaign? {
        try await database.query(
            """
            \(constant: Self.select)
            WHERE account_id = \(account) AND (internal_id = \(identifier) OR id = \(UUID(uuidString: identifier)))
            ORDER BY internal_id = \(identifier) DESC LIMIT 1
            """
        ).first.map { try FoundCampaign($0) }
    }

    /// A page of a campaign's products, by position, and how many there are in all.
    func products(
        of campaign: CampaignID, _ filter: CampaignProductFilter, page: HealthSuite.PageRequest, account: AccountID
    ) async throws -> (products: [CampaignProduct], total: Int) {
        let total = try await database.query(
            """
            SELECT count(*) AS total FROM campaign_products
            WHERE account_id = \(account) AND campaign_id = \(campaign) \(matching: filter)
            """
        ).first?["total", as: Int.self]
        let rows = try await database.query(
            """
            SELECT number, content, created_at, updated_at FROM campaign_products
            WHERE account_id = \(account) AND campaign_id = \(campaign) \(matching: filter)
            ORDER BY position, number LIMIT \(page.perPage) OFFSET \(page.offset)
            """)
        return (try rows.map { try CampaignProduct($0) }, total ?? 0)
    }

    private static let select: StaticString = """
        SELECT id, number, internal_id, terms, created_at, updated_at,
            (SELECT count(*) FROM campaign_products p WHERE p.account_id = campaigns.account_id
                AND p.campaign_id = campaigns.id AND p.is_active AND p.kind = 'offer') AS offers,
            (SELECT count(*) FROM campaign_products p WHERE p.account_id = campaigns.account_id
                AND p.campaign_id = campaigns.id AND p.is_active AND p.kind = 'upsell') AS upsells
        FROM campaigns
        """
}

extension PostgresQuery.StringInterpolation {
    fileprivate mutating func appendInterpolation(matching filter: CampaignFilter) {
        append("is_active =", filter.isActive)
        append("category_id =", filter.categoryID)
        append(search: filter.search)
    }

    fileprivate mutating func appendInterpolation(matching filter: CampaignProductFilter) {
        append("is_active =", filter.isActive)
        append("kind =", filter.kind?.rawValue)
        append(search: filter.search)
    }

    private mutating func append(_ condition: String, _ value: (some PostgresEncodable)?) {
        guard let value else { return }
        appendLiteral(" AND \(condition) ")
        appendInterpolation(value)
    }

    private mutating func append(search: String?) {
        guard let search else { return }
        // Not LIKE, where a client's % and _ would mean something.
        appendLiteral(" AND strpos(lower(name || E'\\n' || internal_id), lower(")
        appendInterpolation(search)
        appendLiteral(")) > 0")
    }
}

extension FoundCampaign {
    fileprivate init(_ row: PostgresRow) throws {
        self.init(
            id: try row["id"], number: try row["number"], internalID: try row["internal_id"],
            terms: try JSON.decode(from: row["terms", as: String.self]), offers: try row["offers"],
            upsells: try row["upsells"], createdAt: try row["created_at"], updatedAt: try row["updated_at"])
    }
}
