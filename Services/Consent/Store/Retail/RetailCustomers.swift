import Edge
import Logging
import Messaging
import Postgres
import Schema
import ServiceKit

/// The customers that the clienteling API lists, and the jobs that change them.
struct RetailCustomers: Sendable {
    let queue: RetailQueue<RetailCustomer>
    private let database: PostgresDatabase

    init(people: People, jobs: RetailJobs, database: PostgresDatabase, logger: Logger) {
        self.database = database
        queue = RetailQueue(.customer, store: jobs.store, logger: logger) { tasks, transaction in
            for (account, tasks) in Dictionary(grouping: tasks, by: \.account).sorted(by: { $0.key < $1.key }) {
                let reports = tasks.map { $0.work.report($0.externalID) }
                _ = try await people.upsert(reports, of: account, in: transaction)
            }
        }
    }

    /// What rows can be sorted by, the default first, with their columns.
    static let sorts: KeyValuePairs<String, StaticString> = [
        "updatedAt": "updated_at", "createdAt": "id", "firstName": "first_name", "lastName": "last_name",
        "email": "email", "externalCustomerId": "external_id",
    ]

    /// A page of customers, and how many there are.
    func page(_ query: RetailOS.ListQuery, of account: AccountID) async throws -> (items: [Person], count: Int) {
        let counted = try await database.query("SELECT count(*) AS count FROM people WHERE account_id = \(account)")
        let column = Self.sorts.first { $0.key == query.sort }?.value ?? "updated_at"
        let direction: StaticString = query.isDescending ? "DESC" : "ASC"
        let rows = try await database.query(
            """
            SELECT \(constant: PersonStore.columns) FROM people WHERE account_id = \(account)
            ORDER BY \(constant: column) \(constant: direction), id \(constant: direction)
            LIMIT \(query.limit) OFFSET \(query.offset)
            """)
        return (try rows.map { try Person($0, account: account) }, try counted.first?["count"] ?? 0)
    }
}
