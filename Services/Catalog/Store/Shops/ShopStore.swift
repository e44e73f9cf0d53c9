import Messaging
import Postgres
import Schema

/// The SQL of shops.
struct ShopStore: Sendable {
    let database: PostgresDatabase

    /// Somebody else has reported the shop meanwhile. Transient: the same work succeeds when it is done again.
    static let race = PostgresError(code: .server(.serializationFailure), message: "a store was added meanwhile")

    /// Adds a shop, unless the account has one of this external id: answers whether it was added.
    func insert(_ shop: Shop, in transaction: PostgresTransaction) async throws -> Bool {
        try await transaction.execute(
            """
            INSERT INTO stores (account_id, id, external_id, sequence, name, address, retail, created_at, updated_at)
            VALUES (\(shop.account), \(shop.id), \(shop.content.externalID), \(shop.sequence), \(shop.content.name),
                \(try shop.content.address.map(JSON.text)),
                \(try shop.retail.isEmpty ? nil : JSON.text(shop.retail)), \(shop.createdAt), \(shop.updatedAt))
            ON CONFLICT (account_id, external_id) DO NOTHING
            """) == 1
    }

    func update(_ shop: Shop, in transaction: PostgresTransaction) throws {
        transaction.send(
            """
            UPDATE stores
            SET sequence = \(shop.sequence), name = \(shop.content.name),
                address = \(try shop.content.address.map(JSON.text)),
                retail = \(try shop.retail.isEmpty ? nil : JSON.text(shop.retail)), updated_at = \(shop.updatedAt)
            WHERE account_id = \(shop.account) AND id = \(shop.id)
            """)
    }

    /// The shop of an external id, locked until the transaction ends.
    func lock(externalID: String, of account: AccountID, in transaction: PostgresTransaction) async throws -> Shop? {
        try await transaction.query(
            "\(constant: Self.select) WHERE account_id = \(account) AND external_id = \(externalID) FOR UPDATE"
        ).first.map { try Shop($0, account: account) }
    }

    func shop(_ reference: ShopReference, of account: AccountID) async throws -> Shop? {
        try await database.query(Self.query(reference, account)).first.map { try Shop($0, account: account) }
    }

    /// The same within a transaction.
    func shop(
        _ reference: ShopReference, of account: AccountID, in transaction: PostgresTransaction
    ) async throws -> Shop? {
        try await transaction.query(Self.query(reference, account)).first.map { try Shop($0, account: account) }
    }

    private static func query(_ reference: ShopReference, _ account: AccountID) -> PostgresQuery {
        switch reference {
        case .id(let id): "\(constant: select) WHERE account_id = \(account) AND id = \(id)"
        case .externalID(let name): "\(constant: select) WHERE account_id = \(account) AND external_id = \(name)"
        }
    }

    /// Up to `limit` shops by name, those after the one of this name and id.
    func shops(
        after start: (name: String, id: StoreID)?, limit: Int, of account: AccountID
    ) async throws -> [Shop] {
        let rows =
            if let start {
                try await database.query(
                    """
                    \(constant: Self.select) WHERE account_id = \(account) AND (name, id) > (\(start.name), \(start.id))
                    ORDER BY name, id LIMIT \(limit)
                    """)
            } else {
                try await database.query(
                    "\(constant: Self.select) WHERE account_id = \(account) ORDER BY name, id LIMIT \(limit)")
            }
        return try rows.map { try Shop($0, account: account) }
    }

    /// A page of shops by a column, and how many there are.
    func page(
        by column: StaticString, isDescending: Bool, limit: Int, offset: Int, of account: AccountID
    ) async throws -> (items: [Shop], count: Int) {
        let counted = try await database.query("SELECT count(*) AS count FROM stores WHERE account_id = \(account)")
        let direction: StaticString = isDescending ? "DESC" : "ASC"
        let rows = try await database.query(
            """
            \(constant: Self.select) WHERE account_id = \(account)
            ORDER BY \(constant: column) \(constant: direction), id \(constant: direction)
            LIMIT \(limit) OFFSET \(offset)
            """)
        return (try rows.map { try Shop($0, account: account) }, try counted.first?["count"] ?? 0)
    }

    private static let select: StaticString = """
        SELECT id, external_id, sequence, name, address, retail, created_at, updated_at FROM stores
        """
}

extension Shop {
    fileprivate init(_ row: PostgresRow, account: AccountID) throws {
        let content = ShopContent(
            externalID: try row["external_id"], name: try row["name"],
            address: try row["address", as: String?.self].map { try JSON.decode(StoreAddress.self, from: $0) })
        self.init(
            id: try row["id"], account: account, sequence: try row["sequence"], content: content,
            retail: try row["retail", as: String?.self].map { try JSON.decode(from: $0) } ?? [:],
            createdAt: try row["created_at"], updatedAt: try row["updated_at"])
    }
}
