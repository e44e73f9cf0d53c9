import Edge
import Messaging
import Postgres
import Schema

/// The customers that the clienteling API lists, and the jobs that change them.
struct RetailCustomers: Sendable {
    /// Jobs of one transaction.
    static let batchSize = 200

    let people: People
    let jobs: RetailJobStore
    /// Wakes whoever does the jobs.
    let signal = WakeSignal()

    private var database: PostgresDatabase { jobs.database }

    init(people: People, database: PostgresDatabase) {
        self.people = people
        jobs = RetailJobStore(database: database)
    }

    // MARK: Changing

    /// Has a customer upserted soon.
    func queue(
        _ customer: RetailCustomer, _ externalID: String, of account: AccountID, in transaction: Transaction
    ) throws -> RetailJob {
        let now = Timestamp.now()
        let job = RetailJob(
            id: RetailJobID(), account: account, subject: externalID, status: .queued, customer: customer, error: nil,
            attempts: 0, createdAt: now, updatedAt: now)
        try jobs.insert(job, in: transaction)
        transaction.afterCommit { [signal] in signal.wake() }
        return job
    }

    /// Does the oldest jobs; answers how many there were.
    func work() async throws -> Int {
        let taken = try await database.withTransaction { try await jobs.take(limit: Self.batchSize, in: $0) }
        guard !taken.isEmpty else { return 0 }
        do {
            try await perform(taken)
        } catch {
            // One of them spoils the others: each by itself.
            for job in taken { await performAlone(job) }
        }
        return taken.count
    }

    private func performAlone(_ job: RetailJob) async {
        do {
            try await perform([job])
        } catch {
            // What cannot be written now is begun again when its lease is over.
            try? await database.withTransaction { jobs.fail(job, because: "\(error)", in: $0) }
        }
    }

    private func perform(_ taken: [RetailJob]) async throws {
        try await repeatingRaces {
            try await database.withTransaction { transaction in
                for (account, jobs) in Dictionary(grouping: taken, by: \.account).sorted(by: { $0.key < $1.key }) {
                    let reports = jobs.compactMap { job in job.customer?.report(job.subject) }
                    _ = try await people.upsert(reports, of: account, in: transaction)
                }
                jobs.complete(taken, in: transaction)
            }
        }
    }

    // MARK: Reading

    /// What rows can be sorted by, the default first, with their columns.
    static let sorts: KeyValuePairs<String, StaticString> = [
        "updatedAt": "updated_at", "createdAt": "id", "firstName": "first_name", "lastName": "last_name",
        "email": "email", "externalCustomerId": "external_id",
    ]

    /// A page of customers, and how many there are.
    func page(
        _ query: RetailOS.ListQuery, of account: AccountID
    ) async throws -> (people: [Person], count: Int) {
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
