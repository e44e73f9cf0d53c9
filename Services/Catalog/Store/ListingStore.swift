import Edge
import Messaging
import Postgres
import Schema

/// The SQL of listings.
struct ListingStore: Sendable {
    let database: PostgresDatabase

    /// Somebody else has published the listing meanwhile. Transient: the same work succeeds when it is done again.
    static let race = PostgresError(code: .server(.serializationFailure), message: "a listing was added meanwhile")

    /// Adds a listing, unless the account has one of this external id: answers whether it was added.
    func insert(_ listing: Listing, in transaction: PostgresTransaction) async throws -> Bool {
        let content = listing.content
        return try await transaction.execute(
            """
            INSERT INTO listings (account_id, id, external_id, sku, sequence, status, description, price, currency,
                quantity, allocated, photos, watch, retail, created_at, updated_at)
            VALUES (\(listing.account), \(listing.id), \(content.externalID), \(content.sku), \(listing.sequence),
                \(listing.status), \(content.description), \(content.price.minorUnits), \(content.price.currency),
                \(content.quantity), \(listing.allocated), \(try JSON.text(content.photos)),
                \(try JSON.text(content.watch)), \(try listing.retail.isEmpty ? nil : JSON.text(listing.retail)),
                \(listing.createdAt), \(listing.updatedAt))
            ON CONFLICT (account_id, external_id) DO NOTHING
            """) == 1
    }

    func update(_ listing: Listing, in transaction: PostgresTransaction) throws {
        let content = listing.content
        transaction.send(
            """
            UPDATE listings
            SET sku = \(content.sku), sequence = \(listing.sequence), status = \(listing.status),
                description = \(content.description), price = \(content.price.minorUnits),
                currency = \(content.price.currency), quantity = \(content.quantity),
                allocated = \(listing.allocated), photos = \(try JSON.text(content.photos)),
                watch = \(try JSON.text(content.watch)),
                retail = \(try listing.retail.isEmpty ? nil : JSON.text(listing.retail)),
                updated_at = \(listing.updatedAt)
            WHERE account_id = \(listing.account) AND id = \(listing.id)
            """)
    }

    /// The listing of an external id, locked until the transaction ends.
    func lock(
        externalID: String, of account: AccountID, in transaction: PostgresTransaction
    ) async throws -> Listing? {
        try await transaction.query(
            """
            \(constant: Self.select) WHERE account_id = \(account) AND external_id = \(externalID) FOR UPDATE
            """
        ).first.map { try Listing($0, account: account) }
    }

    /// Every listing that one of the lines may match, locked in the order of ids so that two orders cannot deadlock.
    func lock(
        matching lines: [OrderLine], of account: AccountID, in transaction: PostgresTransaction
    ) async throws -> [Listing] {
        try await transaction.query(
            """
            \(constant: Self.select)
            WHERE account_id = \(account) AND (external_id = ANY (\(lines.compactMap(\.externalID))::text[])
                OR sku = ANY (\(lines.compactMap(\.sku))::text[]))
            ORDER BY id FOR UPDATE
            """
        ).map { try Listing($0, account: account) }
    }

    /// Some listings, locked in the order of ids.
    func lock(
        _ ids: [ListingID], of account: AccountID, in transaction: PostgresTransaction
    ) async throws -> [Listing] {
        try await transaction.query(
            """
            \(constant: Self.select) WHERE account_id = \(account) AND id = ANY (\(ids.map(\.uuid))::uuid[])
            ORDER BY id FOR UPDATE
            """
        ).map { try Listing($0, account: account) }
    }

    func listing(_ id: ListingID, of account: AccountID) async throws -> Listing? {
        try await database.query("\(constant: Self.select) WHERE account_id = \(account) AND id = \(id)")
            .first.map { try Listing($0, account: account) }
    }

    func listing(externalID: String, of account: AccountID) async throws -> Listing? {
        try await database.query(
            "\(constant: Self.select) WHERE account_id = \(account) AND external_id = \(externalID)"
        ).first.map { try Listing($0, account: account) }
    }

    /// A page of all listings by a column, and how many there are.
    func page(
        by column: StaticString, isDescending: Bool, limit: Int, offset: Int, of account: AccountID
    ) async throws -> (items: [Listing], count: Int) {
        let counted = try await database.query("SELECT count(*) AS count FROM listings WHERE account_id = \(account)")
        let direction: StaticString = isDescending ? "DESC" : "ASC"
        let rows = try await database.query(
            """
            \(constant: Self.select) WHERE account_id = \(account)
            ORDER BY \(constant: column) \(constant: direction), id \(constant: direction)
            LIMIT \(limit) OFFSET \(offset)
            """)
        return (try rows.map { try Listing($0, account: account) }, try counted.first?["count"] ?? 0)
    }

    /// The active listings, newest first; with `updated_after` every listing that changed since, sold ones too, least
    /// recently changed first.
    func page(_ page: PageRequest, of account: AccountID) async throws -> Page<Listing> {
        let rows =
            if let start = page.changedAfter {
                try await database.query(
                    """
                    \(constant: Self.select)
                    WHERE account_id = \(account) AND (updated_at, id) > (\(start.time), \(start.id))
                    ORDER BY updated_at, id LIMIT \(page.limit + 1)
                    """)
            } else {
                try await database.query(
                    """
                    \(constant: Self.select)
                    WHERE account_id = \(account) AND status = 'active' AND id < \(page.before)
                    ORDER BY id DESC LIMIT \(page.limit + 1)
                    """)
            }
        return page.page(of: try rows.map { try Listing($0, account: account) }, id: \.id.uuid, updatedAt: \.updatedAt)
    }

    private static let select: StaticString = """
        SELECT id, external_id, sku, sequence, status, description, price, currency, quantity, allocated, photos,
            watch, retail, created_at, updated_at
        FROM listings
        """
}

extension ListingStatus: PostgresCodable {}

extension Listing {
    fileprivate init(_ row: PostgresRow, account: AccountID) throws {
        let content = ListingContent(
            externalID: try row["external_id"], sku: try row["sku"],
            isOffered: try row["status", as: ListingStatus.self] != .inactive, description: try row["description"],
            price: Money(minorUnits: try row["price"], currency: try row["currency"]),
            quantity: try row["quantity"],
            photos: try JSON.decode([ListingPhoto].self, from: row["photos", as: String.self]),
            watch: try JSON.decode(WatchDetails.self, from: row["watch", as: String.self]))
        self.init(
            id: try row["id"], account: account, sequence: try row["sequence"], content: content,
            allocated: try row["allocated"],
            retail: try row["retail", as: String?.self].map { try JSON.decode(from: $0) } ?? [:],
            createdAt: try row["created_at"], updatedAt: try row["updated_at"])
    }
}
