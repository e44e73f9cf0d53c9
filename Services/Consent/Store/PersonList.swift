import Edge
import Messaging
import Postgres
import Schema

/// Which people are asked for.
struct ProfilesQuery: Sendable {
    /// The walks that a list offers.
    enum Order: Sendable {
        /// By creation, below an id.
        case newestFirst(before: CustomerID?)
        /// The least recently changed first, above a pair of time of change and id.
        case byChange(after: (time: Timestamp, id: CustomerID)?)
    }

    let page: Noticia.PageQuery
    let order: Order
    let updatedSince: Timestamp?
    let createdSince: Timestamp?
    let externalID: String?
}

/// Finds people.
///
/// **Following changes misses nothing.** A transaction may commit a change after a later one has been listed, and whoever
/// goes on from the latter's `updated_at` would never see it. The walk by change therefore ends before the start of the
/// oldest transaction that is still running: writers stamp changes with the database's clock within their transaction, so
/// whatever is not yet visible is stamped later than that. Who writes is seen in `pg_stat_activity`, which shows a role
/// the transactions of its own sessions; all replicas of this service have one role.
struct PersonList: Sendable {
    let database: PostgresDatabase

    /// The person of a reference; an id from before a join finds the one who remains.
    func person(_ reference: PersonReference, of account: AccountID) async throws -> Person? {
        let rows: PostgresRows
        switch reference {
        case .nobody: return nil
        case .external(let text):
            rows = try await database.query(
                """
                SELECT \(constant: PersonStore.columns) FROM people
                WHERE account_id = \(account) AND external_id = \(text) AND external_id_given
                """)
        case .id(let id):
            rows = try await database.query(
                """
                SELECT \(constant: PersonStore.columns) FROM people
                WHERE account_id = \(account) AND id = coalesce((
                    SELECT successor_id FROM joined_people WHERE account_id = \(account) AND id = \(id)), \(id))
                """)
        }
        return try rows.first.map { try Person($0, account: account) }
    }

    /// The person whose number it is.
    func person(number: String, of account: AccountID) async throws -> Person? {
        try await database.query(
            """
            SELECT \(constant: PersonStore.columns) FROM people
            WHERE account_id = \(account) AND phone_number = \(number)
            """
        ).first.map { try Person($0, account: account) }
    }

    /// One page.
    func page(_ query: ProfilesQuery, of account: AccountID) async throws -> Page<Person> {
        if let externalID = query.externalID {
            let person = try await person(.external(externalID), of: account)
            let matches = [person].compactMap { $0 }.filter { person in
                person.updatedAt >= query.updatedSince ?? person.updatedAt
                    && person.createdAt >= query.createdSince ?? person.createdAt
            }
            return Page(items: query.page.start == nil ? matches : [], nextCursor: nil)
        }
        switch query.order {
        case .newestFirst(let before):
            let rows = try await newest(query, before: before, of: account)
            return query.page.page(of: rows, list: "profiles") { [$0.id.description] }
        case .byChange(let after):
            let rows = try await changed(query, after: after, of: account)
            return query.page.page(of: rows, list: "profiles by change") { person in
                ["\(person.updatedAt.microseconds)", person.id.description]
            }
        }
    }

    private func newest(
        _ query: ProfilesQuery, before: CustomerID?, of account: AccountID
    ) async throws -> [Person] {
        // Nobody was created after their id was made.
        let first = query.createdSince.map { CustomerID(uuid: UUIDv7.first(at: $0)) }
        return try await database.query(
            """
            SELECT \(constant: PersonStore.columns) FROM people
            WHERE account_id = \(account)
                AND id < coalesce(\(before)::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
                AND id >= coalesce(\(first)::uuid, '00000000-0000-0000-0000-000000000000')
                AND created_at >= coalesce(\(query.createdSince)::timestamptz, '-infinity')
                AND updated_at >= coalesce(\(query.updatedSince)::timestamptz, '-infinity')
            ORDER BY id DESC LIMIT \(query.page.limit + 1)
            """
        ).map { try Person($0, account: account) }
    }

    private func changed(
        _ query: ProfilesQuery, after: (time: Timestamp, id: CustomerID)?, of account: AccountID
    ) async throws -> [Person] {
        try await database.withTransaction { transaction in
            // A statement of its own, so that all that ended before it looked is visible to the next. now() is from
            // before it looked: who began since then is later.
            transaction.send(
                """
                SELECT set_config('caravan.horizon', date_trunc('milliseconds', least(now(), min(xact_start)))::text, true)
                FROM pg_stat_activity
                WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()
                """)
            return try await transaction.query(
                """
                SELECT \(constant: PersonStore.columns) FROM people
                WHERE account_id = \(account)
                    AND (updated_at, id) > (coalesce(\(after?.time)::timestamptz, '-infinity'),
                        coalesce(\(after?.id)::uuid, '00000000-0000-0000-0000-000000000000'))
                    AND updated_at >= coalesce(\(query.updatedSince)::timestamptz, '-infinity')
                    AND updated_at < current_setting('caravan.horizon')::timestamptz
                    AND created_at >= coalesce(\(query.createdSince)::timestamptz, '-infinity')
                ORDER BY updated_at, id LIMIT \(query.page.limit + 1)
                """
            ).map { try Person($0, account: account) }
        }
    }
}
