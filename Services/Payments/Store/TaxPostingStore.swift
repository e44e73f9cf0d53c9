import Messaging
import Postgres
import Schema

/// The SQL of what a tax service is to hear of.
struct TaxPostingStore: Sendable {
    let database: PostgresDatabase
    let keyring: DataKeyring

    /// Notes what settled transactions make worth telling: captured charges, refunds, and voids of what was captured.
    func enqueue(_ news: [Settling.News], in transaction: PostgresTransaction) {
        func ids(_ announcement: TransactionChange.Announcement) -> [TransactionID] {
            news.filter { $0.transaction.isTaxReported && $0.announcement == announcement }.map(\.transaction.id)
        }
        let (sales, refunds, voids) = (ids(.completed), ids(.refundCompleted), ids(.voided))
        guard !sales.isEmpty || !refunds.isEmpty || !voids.isEmpty else { return }
        transaction.send(
            """
            INSERT INTO tax_postings (transaction_id, kind)
            SELECT unnest(\(sales)::uuid[]), 'order'
            UNION ALL SELECT unnest(\(refunds)::uuid[]), 'refund'
            UNION ALL SELECT id, 'refund' FROM transactions
                WHERE id = ANY (\(voids)::uuid[]) AND (tax_posted_at IS NOT NULL
                    OR EXISTS (SELECT FROM tax_postings WHERE transaction_id = transactions.id))
            ON CONFLICT DO NOTHING
            """)
    }

    /// Takes what is due, and leaves it to nobody else until `lease` has passed. A refund waits for its sale.
    func claim(_ limit: Int, lease: Duration) async throws -> [TaxPosting] {
        let rows = try await database.query(
            """
            WITH due AS (
                UPDATE tax_postings SET attempts = attempts + 1,
                    due_at = clock_timestamp() + make_interval(secs => \(lease.seconds))
                WHERE (transaction_id, kind) IN (
                    SELECT transaction_id, kind FROM tax_postings posting
                    WHERE due_at <= clock_timestamp() AND (kind = 'order' OR EXISTS (
                        SELECT FROM transactions subject JOIN transactions sale
                            ON sale.id = coalesce(subject.parent_id, subject.id)
                        WHERE subject.id = posting.transaction_id AND sale.tax_posted_at IS NOT NULL))
                    ORDER BY due_at LIMIT \(limit) FOR UPDATE OF posting SKIP LOCKED)
                RETURNING transaction_id, kind, attempts
            )
            SELECT due.transaction_id, due.kind, due.attempts, subject.number, subject.amount, subject.tax,
                subject.updated_at, sale.order_number, sale.number AS sale_number, sale.amount AS sale_amount,
                sale.tax AS sale_tax, sale.shipping, sale.currency, sale.tax_question,
                NOT sale.is_upsell AND sale.subscription_number IS NULL AS is_first
            FROM due JOIN transactions subject ON subject.id = due.transaction_id
                JOIN transactions sale ON sale.id = coalesce(subject.parent_id, subject.id)
            """)
        return try rows.map { try posting($0) }
    }

    private func posting(_ row: PostgresRow) throws -> TaxPosting {
        let sale = TaxedSale(
            orderNumber: try row["order_number"], number: try row["sale_number"], isFirst: try row["is_first"],
            date: try row["updated_at"], amount: try row["sale_amount"], shipping: try row["shipping"],
            tax: try row["sale_tax"], currency: try row["currency"])
        let question: TaxQuestion = try JSON.decode(from: try row["tax_question", as: String.self])
        let destination = try keyring.open(question.to)
        let isSale = try row["kind", as: String.self] == "order"
        let (amount, tax): (Int64, Int64) = (try row["amount"], try row["tax"])
        let report =
            isSale
            ? sale.report(question, to: destination)
            : sale.refundReport(
                number: try row["number"], returned: abs(amount), tax: abs(tax), at: try row["updated_at"],
                to: destination)
        return TaxPosting(
            transaction: try row["transaction_id"], kind: try row["kind"], attempts: try row["attempts"],
            report: report)
    }

    /// The service has heard of it.
    func finish(_ posting: TaxPosting) async throws {
        try await database.withTransaction { transaction in
            transaction.send(
                """
                DELETE FROM tax_postings WHERE transaction_id = \(posting.transaction) AND kind = \(posting.kind)
                """)
            transaction.send(
                """
                UPDATE transactions SET tax_posted_at = now()
                WHERE id = \(posting.transaction) AND tax_posted_at IS NULL
                """)
        }
    }

    /// Tries again later.
    func postpone(_ posting: TaxPosting, by wait: Duration) async throws {
        try await database.execute(
            """
            UPDATE tax_postings SET due_at = clock_timestamp() + make_interval(secs => \(wait.seconds))
            WHERE transaction_id = \(posting.transaction) AND kind = \(posting.kind)
            """)
    }
}

/// A report that is to be made, and how often that was tried, this time included.
struct TaxPosting: Sendable {
    let transaction: TransactionID
    let kind: String
    let attempts: Int
    let report: TaxReport
}
