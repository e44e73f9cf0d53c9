internal import FoundationEssentials
public import Postgres
public import Schema

/// Proves that the books are right: each entry sums to zero, and each transaction stands as its postings say.
///
/// It reads the transactions in the order of their ids, a part at a time, each part and its postings in one statement
/// and therefore as of one moment: payments can go on meanwhile.
public struct LedgerAudit: Sendable {
    /// What one part has shown.
    public struct Part: Sendable {
        /// Transactions and postings that were read.
        public var transactions: Int
        public var postings: Int
        /// What is wrong, in words; transactions by their numbers.
        public var differences: [String]
        /// Where the next part begins; nil at the end.
        public var last: TransactionID?
    }

    private let database: PostgresDatabase
    /// Transactions of one part.
    private let size: Int

    /// - Parameter database: The schema of the payments service.
    public init(database: PostgresDatabase, size: Int = 50_000) {
        self.database = database
        self.size = size
    }

    /// Reads everything.
    ///
    /// - Parameter progress: Called after each part.
    public func verify(_ progress: (Part) -> Void) async throws {
        var last: TransactionID?
        repeat {
            let part = try await verify(after: last)
            progress(part)
            last = part.last
        } while last != nil
        progress(try await verifyOrphans())
    }

    /// Reads the part behind a transaction, or the first one.
    public func verify(after last: TransactionID?) async throws -> Part {
        let start = last ?? Self.lowest
        let end = try await database.query(
            "SELECT id FROM transactions WHERE id > \(start) ORDER BY id OFFSET \(size - 1) LIMIT 1"
        ).first.map { try $0["id", as: TransactionID.self] }
        var part = try await judge(after: start, through: end ?? Self.highest)
        part.last = end
        return part
    }

    /// Reads the newest transactions.
    public func verifyNewest() async throws -> Part {
        let start = try await database.query(
            "SELECT id FROM transactions ORDER BY id DESC OFFSET \(size) LIMIT 1"
        ).first.map { try $0["id", as: TransactionID.self] }
        return try await judge(after: start ?? Self.lowest, through: Self.highest)
    }

    /// Postings of transactions that do not exist.
    private func verifyOrphans() async throws -> Part {
        let rows = try await database.query(
            """
            SELECT posting.transaction_id FROM ledger_postings posting
            WHERE NOT EXISTS (SELECT FROM transactions WHERE transactions.id = posting.transaction_id)
            GROUP BY posting.transaction_id LIMIT 100
            """)
        let ids = try rows.map { try $0["transaction_id", as: TransactionID.self] }
        return Part(transactions: 0, postings: 0, differences: ids.map { "\($0): postings without a transaction" })
    }

    private static let lowest = TransactionID(uuid: UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)))
    private static let highest = TransactionID(
        uuid: UUID(uuid: (255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255)))

    /// What each transaction's postings must come to, given its status. Both tables are read along their primary keys,
    /// and not as a prepared statement: a plan is no good for tables that grow.
    private func judge(after start: TransactionID, through end: TransactionID) async throws -> Part {
        let row = try await database.query(
            """
            WITH part AS (
                SELECT id, number, kind, status, account_id, currency, amount, tax, refunded FROM transactions
                WHERE id > \(start) AND id <= \(end)
            ),
            posting AS (
                SELECT transaction_id, movement, ledger_account, account_id, currency, amount FROM ledger_postings
                WHERE transaction_id > \(start) AND transaction_id <= \(end)
            ),
            \(unescaped: Self.judgement)
            """
        ).first
        guard let row else { return Part(transactions: 0, postings: 0, differences: []) }
        return Part(
            transactions: try row["transactions"], postings: try row["postings"], differences: try row["differences"])
    }

    private static let judgement = """
        entry AS (
            SELECT posting.transaction_id, posting.movement, count(*) AS postings, sum(posting.amount) AS total,
                bool_or(posting.account_id <> part.account_id OR posting.currency <> part.currency) AS is_foreign,
                coalesce(sum(posting.amount) FILTER (
                    WHERE posting.ledger_account IN ('gateway_clearing', 'external_clearing')), 0) AS money,
                coalesce(sum(posting.amount) FILTER (WHERE posting.ledger_account = 'tax_payable'), 0) AS tax,
                coalesce(sum(posting.amount) FILTER (WHERE posting.ledger_account = 'authorizations_held'), 0) AS held
            FROM posting JOIN part ON part.id = posting.transaction_id
            GROUP BY posting.transaction_id, posting.movement
        ),
        balance AS (
            SELECT transaction_id, sum(postings) AS postings, bool_or(total <> 0) AS is_unbalanced,
                bool_or(is_foreign) AS is_foreign, sum(tax) AS tax, sum(held) AS held,
                coalesce(sum(money) FILTER (WHERE movement = 'capture'), 0) AS captured,
                coalesce(sum(money) FILTER (WHERE movement IN ('refund', 'external_refund')), 0) AS given_back,
                coalesce(sum(money) FILTER (WHERE movement = 'chargeback'), 0) AS charged_back,
                coalesce(sum(money) FILTER (WHERE movement <> 'fee'), 0) AS money
            FROM entry GROUP BY transaction_id
        ),
        returned AS (
            SELECT refund.parent_id, -sum(refund.amount) AS amount
            FROM part JOIN transactions refund ON refund.parent_id = part.id
            WHERE refund.status IN ('refunded', 'externally_refunded')
            GROUP BY refund.parent_id
        ),
        judged AS (
            SELECT part.number, coalesce(balance.postings, 0) AS postings, CASE
                WHEN balance.is_unbalanced THEN 'an entry does not balance'
                WHEN balance.is_foreign THEN 'postings of another account or currency'
                WHEN part.refunded <> coalesce(returned.amount, 0) THEN 'its refunds sum to another amount'
                WHEN NOT CASE
                    WHEN part.kind = 'charge' AND part.status IN
                        ('completed', 'partially_refunded', 'refunded', 'externally_refunded', 'chargeback')
                    THEN coalesce(captured, 0) = part.amount AND coalesce(balance.tax, 0) = -part.tax
                        AND coalesce(held, 0) = 0 AND coalesce(charged_back, 0) =
                            CASE part.status WHEN 'chargeback' THEN part.refunded - part.amount ELSE 0 END
                    WHEN part.kind = 'charge' AND part.status = 'authorized'
                    THEN coalesce(held, 0) = part.amount AND coalesce(money, 0) = 0 AND coalesce(balance.tax, 0) = 0
                    WHEN part.kind = 'refund' AND part.status IN ('refunded', 'externally_refunded')
                    THEN coalesce(given_back, 0) = part.amount AND coalesce(balance.tax, 0) = -part.tax
                    ELSE coalesce(money, 0) = 0 AND coalesce(held, 0) = 0 AND coalesce(balance.tax, 0) = 0
                END THEN 'its postings do not make it ' || part.status
            END AS difference
            FROM part
            LEFT JOIN balance ON balance.transaction_id = part.id
            LEFT JOIN returned ON returned.parent_id = part.id
        )
        SELECT count(*) AS transactions, coalesce(sum(postings), 0)::bigint AS postings,
            coalesce((array_agg(number || ': ' || difference) FILTER (WHERE difference IS NOT NULL))[1:100], '{}')
                AS differences
        FROM judged
        """
}
