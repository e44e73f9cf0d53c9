import Edge
import Messaging
import Postgres
import Schema

/// A coupon and what must be known to judge it for a customer.
struct CouponCandidate: Sendable {
    let coupon: Coupon
    let standing: CouponStanding
    /// The customer's mail address, where the customer is known.
    let email: String?
}

/// The SQL of coupons' use: who may use them, who has.
struct CouponUse: Sendable {
    let database: PostgresDatabase
    private let cache = CouponTermsCache()

    init(database: PostgresDatabase) {
        self.database = database
    }

    /// The coupon as somebody stands to it who is known by a mail address at most.
    func candidate(_ code: String, email: String?, of account: AccountID) async throws -> CouponCandidate? {
        let email = email?.lowercased()
        return try await database.query(
            """
            \(constant: Self.select)
            LEFT JOIN checkout_customers p ON p.account_id = c.account_id AND p.email = \(email)
            WHERE c.account_id = \(account) AND lower(c.code) = lower(\(code)) AND c.deleted_at IS NULL
            """
        ).first.map { try CouponCandidate($0, cache) }
    }

    /// The coupon as a customer stands to it. Its terms stay what they are until the transaction ends, while others can
    /// redeem it too.
    func candidate(
        _ code: String, customer: CustomerID, of account: AccountID, in transaction: PostgresTransaction
    ) async throws -> CouponCandidate? {
        try await transaction.query(
            """
            \(constant: Self.select)
            LEFT JOIN checkout_customers p ON p.account_id = c.account_id AND p.id = \(customer)
            WHERE c.account_id = \(account) AND lower(c.code) = lower(\(code)) AND c.deleted_at IS NULL
            FOR SHARE OF c
            """
        ).first.map { try CouponCandidate($0, cache) }
    }

    /// Counts a use. The transaction throws the ``CouponRefusal`` as a `RequestError` if it is one too many: of several orders that come for
    /// the last use, those that commit later find the check violated.
    func record(
        _ coupon: Coupon, for cart: CouponCart, discount: Int64, in transaction: PostgresTransaction
    ) {
        let limit = coupon.terms.usageLimit
        // A limited coupon's uses of the time when it had no limit lie in other shards. They do not change any more: a
        // change of the terms waits for whoever holds the coupon to redeem it.
        let count: PostgresQuery = """
            WITH counted AS (
                INSERT INTO coupon_uses (account_id, coupon_id, shard, uses, usage_limit)
                VALUES (\(cart.account), \(coupon.id),
                    CASE WHEN \(limit)::bigint IS NULL THEN 1 + pg_backend_pid() % 8 ELSE 0 END, 1,
                    \(limit)::bigint - (
                        SELECT coalesce(sum(uses), 0)::bigint FROM coupon_uses
                        WHERE account_id = \(cart.account) AND coupon_id = \(coupon.id) AND shard <> 0))
                ON CONFLICT (account_id, coupon_id, shard) DO UPDATE
                    SET uses = coupon_uses.uses + 1, usage_limit = excluded.usage_limit
                RETURNING shard
            )
            INSERT INTO coupon_redemptions (account_id, order_id, coupon_id, customer_id, shard, discount, currency,
                created_at)
            SELECT \(cart.account), \(cart.orderID), \(coupon.id), \(cart.customerID), shard, \(discount)::bigint,
                \(cart.currency), \(Timestamp.now())::timestamptz
            FROM counted
            """
        transaction.send(
            count.throwing(CouponRefusal.usageLimitReached.requestError, onViolationOf: "coupon_uses_limit"))
        let countForCustomer: PostgresQuery = """
            INSERT INTO coupon_customer_uses (account_id, coupon_id, customer_id, uses, usage_limit)
            VALUES (\(cart.account), \(coupon.id), \(cart.customerID), 1, \(coupon.terms.usageLimitPerCustomer))
            ON CONFLICT (account_id, coupon_id, customer_id) DO UPDATE
                SET uses = coupon_customer_uses.uses + 1, usage_limit = excluded.usage_limit
            """
        transaction.send(
            countForCustomer.throwing(
                CouponRefusal.customerLimitReached.requestError, onViolationOf: "coupon_customer_uses_limit"))
    }

    /// Takes the use of an order back, if it has one. Whoever calls this holds the order's lock, which all take before the
    /// coupon's.
    ///
    /// - Parameter isPaidKept: Whether an order that was paid keeps its use.
    func release(
        _ order: OrderID, of account: AccountID, isPaidKept: Bool = false, in transaction: PostgresTransaction
    ) {
        transaction.send(
            """
            WITH released AS (
                DELETE FROM coupon_redemptions d WHERE d.account_id = \(account) AND d.order_id = \(order)
                    AND (NOT \(isPaidKept)::boolean OR EXISTS (
                        SELECT FROM checkouts k WHERE k.account_id = d.account_id AND k.order_id = d.order_id
                            AND k.status IN ('lead', 'pending_payment', 'declined', 'cancelled', 'voided')))
                RETURNING d.coupon_id, d.customer_id, d.shard
            ), given_back AS (
                UPDATE coupon_uses u SET uses = u.uses - 1 FROM released r
                WHERE u.account_id = \(account) AND u.coupon_id = r.coupon_id AND u.shard = r.shard
            )
            UPDATE coupon_customer_uses u SET uses = u.uses - 1 FROM released r
            WHERE u.account_id = \(account) AND u.coupon_id = r.coupon_id AND u.customer_id = r.customer_id
            """)
    }

    func lock(_ order: OrderID, of account: AccountID, in transaction: PostgresTransaction) {
        transaction.send("SELECT 1 AS one FROM orders WHERE account_id = \(account) AND id = \(order) FOR UPDATE")
    }

    /// What a product costs by its campaign, as decimal text; nil if no campaign has it.
    func price(ofProduct number: Int64, of account: AccountID) async throws -> String? {
        try await database.query(
            """
            SELECT product.value ->> 'price' AS price
            FROM campaigns c CROSS JOIN json_array_elements(c.snapshot::json -> 'products') AS product
            WHERE c.account_id = \(account) AND product.value ->> 'number' = \(String(number))
            ORDER BY c.is_active DESC, c.internal_id LIMIT 1
            """
        ).first.map { try $0["price"] }
    }

    /// The categories of a campaign's products by their numbers.
    func categories(
        of campaign: String, account: AccountID, in transaction: PostgresTransaction
    ) async throws -> [Int64: Int64] {
        let row = try await transaction.query(
            "SELECT snapshot FROM campaigns WHERE account_id = \(account) AND internal_id = \(campaign)"
        ).first
        guard let row else { return [:] }
        let products = try JSON.decode(CampaignSnapshot.self, from: row["snapshot", as: String.self]).products
        return Dictionary(
            products.compactMap { product in product.categoryID.map { (product.number, $0) } },
            uniquingKeysWith: { first, _ in first })
    }

    private static let select: StaticString = """
        SELECT c.id, c.terms, c.created_at, c.updated_at, p.email,
            (SELECT coalesce(sum(u.uses), 0)::bigint FROM coupon_uses u
             WHERE u.account_id = c.account_id AND u.coupon_id = c.id) AS total_uses,
            coalesce((SELECT u.uses FROM coupon_customer_uses u WHERE u.account_id = c.account_id
                AND u.coupon_id = c.id AND u.customer_id = p.id), 0) AS customer_uses,
            EXISTS (SELECT FROM checkouts k WHERE k.account_id = c.account_id AND k.customer_id = p.id
                AND k.status IN ('processing', 'on_hold', 'completed', 'partially_refunded', 'refunded',
                    'chargeback')) AS has_bought
        FROM coupons c
        """
}

extension CouponCandidate {
    fileprivate init(_ row: PostgresRow, _ cache: CouponTermsCache) throws {
        coupon = try Coupon(row) { try cache.terms(of: $0, text: $1) }
        standing = CouponStanding(uses: try row["customer_uses"], hasBought: try row["has_bought"])
        email = try row["email"]
    }
}
