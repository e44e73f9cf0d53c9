import Messaging
import Postgres
import Schema

/// Adds sales to what is known of their buyers.
///
/// They are put in a queue first, without a round trip for each, and counted many at a time: who buys three times in a
/// moment changes once. A sale leaves the queue in the transaction that counts it, so that each counts once.
struct SalesCounter: Sendable {
    /// Sales of one transaction.
    static let batchSize = 500

    let database: PostgresDatabase
    let people: People
    /// Wakes whoever counts.
    let signal = WakeSignal()

    /// Puts a sale in the queue. One without a buyer counts for nobody.
    func queue(_ sale: SaleSnapshot, of account: AccountID, in transaction: Transaction) {
        guard let buyer = sale.customerID else { return }
        transaction.send(
            """
            INSERT INTO uncounted_sales (account_id, person_id, type, currency, total_amount, occurred_at)
            VALUES (\(account), \(buyer), \(sale.type.rawValue), \(sale.total.currency), \(sale.total.minorUnits),
                \(sale.occurredAt))
            """)
        transaction.afterCommit { [signal] in signal.wake() }
    }

    /// Counts the next sales of the queue that nobody else is counting; answers how many.
    func countOnce() async throws -> Int {
        try await database.withTransaction { transaction in
            let rows = try await transaction.query(
                """
                DELETE FROM uncounted_sales WHERE id IN (
                    SELECT id FROM uncounted_sales ORDER BY id LIMIT \(Self.batchSize) FOR UPDATE SKIP LOCKED)
                RETURNING account_id, person_id, type, currency, total_amount, occurred_at
                """)
            var sums: [AccountID: [CustomerID: SalesSummary]] = [:]
            for row in rows {
                let sale = SalesSummary(
                    type: SaleType(rawValue: try row["type"]),
                    total: Money(minorUnits: try row["total_amount"], currency: try row["currency"]),
                    occurredAt: try row["occurred_at"])
                let buyer: CustomerID = try row["person_id"]
                sums[try row["account_id"], default: [:]].add(sale, of: buyer)
            }
            for (account, sums) in sums.sorted(by: { $0.key < $1.key }) {
                try await add(sums, of: account, in: transaction)
            }
            return rows.count
        }
    }

    /// Adds sums to the people of one account; those who were deleted are passed over.
    private func add(
        _ sums: [CustomerID: SalesSummary], of account: AccountID, in transaction: PostgresTransaction
    ) async throws {
        var rest = sums
        while !rest.isEmpty {
            let locked = try await people.store.lock(rest.keys.sorted(), of: account, in: transaction)
            var register = PersonRegister(locked.people, of: account, at: locked.time)
            for person in locked.people {
                guard let sum = rest.removeValue(forKey: person.id) else { continue }
                register.change(person.id) { person, time in
                    person.record((person.sales ?? SalesSummary()).merged(with: sum), at: time)
                }
            }
            try await people.write(register, of: account, in: transaction)
            // Who is not found under an id may be somebody else by now.
            let successors = try await people.store.successors(of: rest.keys.sorted(), account, in: transaction)
            var next: [CustomerID: SalesSummary] = [:]
            for (id, sum) in rest {
                if let successor = successors[id] { next.add(sum, of: successor) }
            }
            rest = next
        }
    }
}

extension [CustomerID: SalesSummary] {
    fileprivate mutating func add(_ sum: SalesSummary, of person: CustomerID) {
        self[person] = self[person].map { $0.merged(with: sum) } ?? sum
    }
}

extension PersonStore {
    /// The people of these very ids, locked in their order until the transaction ends. A lookup each, as with external
    /// ids.
    func lock(
        _ ids: [CustomerID], of account: AccountID, in transaction: PostgresTransaction
    ) async throws -> Locked {
        try Self.locked(
            try await transaction.query(
                """
                SELECT date_trunc('milliseconds', clock_timestamp()) AS time, known.*
                FROM (SELECT) AS once LEFT JOIN (
                    SELECT named.* FROM unnest(\(ids)::uuid[]) AS wanted (id)
                    CROSS JOIN LATERAL (
                        SELECT \(constant: Self.columns) FROM people
                        WHERE account_id = \(account) AND people.id = wanted.id
                        LIMIT 1 FOR UPDATE
                    ) AS named
                ) AS known ON true
                """), of: account)
    }

    /// Who turned out to be whom.
    fileprivate func successors(
        of ids: [CustomerID], _ account: AccountID, in transaction: PostgresTransaction
    ) async throws -> [CustomerID: CustomerID] {
        guard !ids.isEmpty else { return [:] }
        let rows = try await transaction.query(
            """
            SELECT id, successor_id FROM joined_people
            WHERE account_id = \(account) AND id = ANY (\(ids)::uuid[])
            """)
        return try Dictionary(uniqueKeysWithValues: rows.map { (try $0["id"], try $0["successor_id"]) })
    }
}
