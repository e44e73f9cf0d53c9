import Messaging
import Postgres
import Schema

/// The SQL that writes the books. It only adds: the table refuses everything else.
struct LedgerStore: Sendable {
    /// Enters movements. A movement of a transaction that is there already fails the whole transaction, as it must: it
    /// would be money moved twice.
    func post(_ entries: [LedgerEntry], in transaction: PostgresTransaction) {
        var rows: [(entry: LedgerEntry, posting: LedgerPosting)] = []
        for entry in entries { rows += entry.movement.postings.map { (entry, $0) } }
        guard !rows.isEmpty else { return }
        transaction.send(
            """
            INSERT INTO ledger_postings (transaction_id, movement, ledger_account, account_id, currency, amount)
            SELECT * FROM unnest(\(rows.map(\.entry.transaction))::uuid[],
                \(rows.map(\.entry.movement.kind.rawValue))::text[], \(rows.map(\.posting.account.rawValue))::text[],
                \(rows.map(\.entry.account))::uuid[], \(rows.map(\.entry.currency))::text[],
                \(rows.map(\.posting.amount))::bigint[])
            """)
    }
}
