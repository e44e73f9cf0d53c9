import Edge
import Messaging
import Postgres
import Schema

/// What a list of coupons is narrowed to.
struct CouponFilter: Equatable, Sendable {
    var isActive: Bool?
    var type: CouponType?
    /// A part of the name, the code or the description.
    var search: String?
}

/// Somebody has a coupon of that code already.
struct CouponCodeTaken: Error {}

/// The SQL of coupons, without that of their use.
struct CouponStore: Sendable {
    let database: PostgresDatabase

    /// Adds a coupon; the transaction throws ``CouponCodeTaken`` if there is one of the code.
    func insert(
        _ terms: CouponTerms, of account: AccountID, at time: Timestamp, in transaction: PostgresTransaction
    ) async throws -> Coupon {
        let insert: PostgresQuery = """
            INSERT INTO coupons (account_id, code, name, description, type, is_active, terms, created_at, updated_at)
            VALUES (\(account), \(terms.code), \(terms.name), \(terms.description), \(terms.type), \(terms.isActive),
                \(try JSON.text(terms)), \(time), \(time))
            RETURNING id
            """
        let row = try await transaction.query(insert.throwing(CouponCodeTaken(), onViolationOf: Self.codeKey)).first
        guard let row else { throw RequestError.internalError }
        return Coupon(id: try row["id"], terms: terms, totalUses: 0, createdAt: time, updatedAt: time)
    }

    /// Writes a changed coupon; the transaction throws ``CouponCodeTaken`` if another has its code.
    func update(_ coupon: Coupon, of account: AccountID, in transaction: PostgresTransaction) throws {
        let terms = coupon.terms
        let update: PostgresQuery = """
            UPDATE coupons SET code = \(terms.code), name = \(terms.name), description = \(terms.description),
                type = \(terms.type), is_active = \(terms.isActive), terms = \(try JSON.text(terms)),
                updated_at = \(coupon.updatedAt)
            WHERE account_id = \(account) AND id = \(coupon.id)
            """
        transaction.send(update.throwing(CouponCodeTaken(), onViolationOf: Self.codeKey))
    }

    /// Takes a coupon out of all lists; what it was used for stays. False if there is none.
    func delete(
        _ code: String, of account: AccountID, at time: Timestamp, in transaction: PostgresTransaction
    ) async throws -> Bool {
        try await transaction.execute(
            """
            UPDATE coupons SET deleted_at = \(time)
            WHERE account_id = \(account) AND lower(code) = lower(\(code)) AND deleted_at IS NULL
            """) > 0
    }

    func coupon(_ code: String, of account: AccountID) async throws -> Coupon? {
        try await database.query(
            """
            \(constant: Self.select)
            WHERE c.account_id = \(account) AND lower(c.code) = lower(\(code)) AND c.deleted_at IS NULL
            """
        ).first.map { try Coupon($0) }
    }

    /// The coupon, locked until the transaction ends: nobody redeems it meanwhile.
    func lock(_ code: String, of account: AccountID, in transaction: PostgresTransaction) async throws -> Coupon? {
        try await transaction.query(
            """
            \(constant: Self.select)
            WHERE c.account_id = \(account) AND lower(c.code) = lower(\(code)) AND c.deleted_at IS NULL
            FOR UPDATE OF c
            """
        ).first.map { try Coupon($0) }
    }

    /// A page of coupons, newest first, and how many there are in all.
    func page(
        _ page: HealthSuite.PageRequest, _ filter: CouponFilter, of account: AccountID
    ) async throws -> (coupons: [Coupon], total: Int) {
        let counted = try await database.query(
            "SELECT count(*) AS total FROM coupons c WHERE \(matching: filter, account)")
        let rows = try await database.query(
            """
            \(constant: Self.select) WHERE \(matching: filter, account)
            ORDER BY c.id DESC LIMIT \(page.perPage) OFFSET \(page.offset)
            """)
        return (try rows.map { try Coupon($0) }, try counted.first?["total"] ?? 0)
    }

    private static let codeKey = "coupons_code_key"

    private static let select: StaticString = """
        SELECT c.id, c.terms, c.created_at, c.updated_at,
            (SELECT coalesce(sum(u.uses), 0)::bigint FROM coupon_uses u
             WHERE u.account_id = c.account_id AND u.coupon_id = c.id) AS total_uses
        FROM coupons c
        """
}

extension CouponType: PostgresCodable {}

extension Coupon {
    init(_ row: PostgresRow) throws {
        try self.init(row) { _, text in try JSON.decode(CouponTerms.self, from: text) }
    }

    /// - Parameter read: Reads the terms of a coupon.
    init(_ row: PostgresRow, _ read: (_ id: Int64, _ terms: String) throws -> CouponTerms) throws {
        let id: Int64 = try row["id"]
        self.init(
            id: id, terms: try read(id, row["terms"]), totalUses: try row["total_uses"],
            createdAt: try row["created_at"], updatedAt: try row["updated_at"])
    }
}

extension PostgresQuery.StringInterpolation {
    /// The condition for the coupons that are looked for.
    fileprivate mutating func appendInterpolation(matching filter: CouponFilter, _ account: AccountID) {
        appendLiteral("c.deleted_at IS NULL AND c.account_id = ")
        appendInterpolation(account)
        if let isActive = filter.isActive {
            appendLiteral(" AND c.is_active = ")
            appendInterpolation(isActive)
        }
        if let type = filter.type {
            appendLiteral(" AND c.type = ")
            appendInterpolation(type)
        }
        if let search = filter.search {
            // Not LIKE, where a client's % and _ would mean something.
            appendLiteral(" AND strpos(lower(concat_ws(E'\\n', c.name, c.code, c.description)), lower(")
            appendInterpolation(search)
            appendLiteral(")) > 0")
        }
    }
}
