import Messaging
import Postgres
import Schema

/// The SQL of people.
///
/// Whoever changes a person stamps `updated_at` with the time that a statement of the very transaction has read from the
/// database's clock. `PersonList` relies on it.
struct PersonStore: Sendable {
    let database: PostgresDatabase

    /// People that are locked until the transaction ends, and the database's clock within it, to the millisecond.
    struct Locked: Sendable {
        let time: Timestamp
        let people: [Person]
    }

    /// Somebody else has added or changed one of the people meanwhile. Transient: the same work succeeds when it is done
    /// again.
    static let race = PostgresError(code: .server(.serializationFailure), message: "a person was added meanwhile")

    /// The people with one of these external ids or numbers.
    func lock(
        externalIDs: some Collection<String>, numbers: some Collection<String>, of account: AccountID,
        in transaction: PostgresTransaction
    ) async throws -> Locked {
        if externalIDs.count <= 1, numbers.count <= 1 {
            return try await lock(externalIDs.first, numbers.first, of: account, in: transaction)
        }
        // A lookup each: a plan made while the table was small would read all of it for ever after. Sorted by id, as
        // opt-ins and opt-outs lock: who locks the same people in another order meets them in a deadlock.
        return try Self.locked(
            try await transaction.query(
                """
                SELECT date_trunc('milliseconds', clock_timestamp()) AS time, known.*
                FROM (SELECT) AS once LEFT JOIN (
                    SELECT person.* FROM (
                        SELECT named.id FROM unnest(\(Array(externalIDs))::text[]) AS wanted (external_id)
                        CROSS JOIN LATERAL (
                            SELECT id FROM people
                            WHERE account_id = \(account) AND people.external_id = wanted.external_id LIMIT 1
                        ) AS named
                        UNION
                        SELECT called.id FROM unnest(\(Array(numbers))::text[]) AS wanted (phone_number)
                        CROSS JOIN LATERAL (
                            SELECT id FROM people
                            WHERE account_id = \(account) AND people.phone_number = wanted.phone_number LIMIT 1
                        ) AS called
                        ORDER BY id
                    ) AS concerned CROSS JOIN LATERAL (
                        SELECT \(constant: Self.columns) FROM people
                        WHERE account_id = \(account) AND people.id = concerned.id LIMIT 1 FOR UPDATE
                    ) AS person
                ) AS known ON true
                """), of: account)
    }

    /// One or two people. How long an array will be the server cannot know, and so it plans a statement with one anew
    /// each time; this one's plan is kept.
    private func lock(
        _ externalID: String?, _ number: String?, of account: AccountID, in transaction: PostgresTransaction
    ) async throws -> Locked {
        try Self.locked(
            try await transaction.query(
                """
                SELECT date_trunc('milliseconds', clock_timestamp()) AS time, known.*
                FROM (SELECT) AS once LEFT JOIN (
                    SELECT * FROM (
                        SELECT \(constant: Self.columns) FROM people
                        WHERE account_id = \(account) AND external_id = \(externalID) FOR UPDATE
                    ) AS named
                    UNION ALL
                    SELECT * FROM (
                        SELECT \(constant: Self.columns) FROM people
                        WHERE account_id = \(account) AND phone_number = \(number) FOR UPDATE
                    ) AS called
                ) AS known ON true
                """), of: account)
    }

    /// The person of an id, also of one that they had before they were joined with another.
    func lock(
        _ id: CustomerID, of account: AccountID, in transaction: PostgresTransaction
    ) async throws -> Locked {
        try Self.locked(
            try await transaction.query(
                """
                SELECT date_trunc('milliseconds', clock_timestamp()) AS time, known.*
                FROM (SELECT) AS once LEFT JOIN LATERAL (
                    SELECT \(constant: Self.columns) FROM people
                    WHERE account_id = \(account) AND id = coalesce((
                        SELECT successor_id FROM joined_people WHERE account_id = \(account) AND id = \(id)), \(id))
                    FOR UPDATE
                ) AS known ON true
                """), of: account)
    }

    /// The first known of the people with a mail address who are no customer of the checkout yet; without one the person
    /// with a number, if they are none either and have no other address.
    func lock(
        withoutCustomer email: String, number: String?, of account: AccountID, in transaction: PostgresTransaction
    ) async throws -> Locked {
        try Self.locked(
            try await transaction.query(
                """
                SELECT date_trunc('milliseconds', clock_timestamp()) AS time, known.*
                FROM (SELECT) AS once LEFT JOIN LATERAL (
                    SELECT \(constant: Self.columns) FROM people
                    WHERE account_id = \(account) AND id = coalesce((
                        SELECT id FROM (
                            SELECT id FROM people
                            WHERE account_id = \(account) AND lower(email) = lower(\(email)) OFFSET 0
                        ) AS written
                        WHERE NOT EXISTS (
                            SELECT FROM checkout_customers customer
                            WHERE customer.account_id = \(account) AND customer.person_id = written.id)
                        ORDER BY id LIMIT 1
                    ), (
                        SELECT id FROM people AS called
                        WHERE account_id = \(account) AND phone_number = \(number)::text AND email IS NULL AND NOT EXISTS (
                            SELECT FROM checkout_customers customer
                            WHERE customer.account_id = \(account) AND customer.person_id = called.id)
                    ))
                    FOR UPDATE
                ) AS known ON true
                """), of: account)
    }

    /// Adds and changes people, one statement for all of them.
    ///
    /// Those who are known are found by the primary key, whatever the planner thinks of the table's size.
    /// - Throws: ``race`` with the transaction's next round trip.
    func save(_ people: [Person], releasing: [CustomerID], of account: AccountID, in transaction: PostgresTransaction)
        throws
    {
        guard !people.isEmpty else { return }
        if !releasing.isEmpty {
            transaction.send(
                """
                UPDATE people SET phone_number = NULL WHERE account_id = \(account) AND id = ANY (\(releasing)::uuid[])
                """)
        }
        let query: PostgresQuery = """
            INSERT INTO people (account_id, id, external_id, external_id_given, sequence, email, name, phone, first_name,
                last_name, phone_number, accepts_marketing, metadata, attributes, sales, retail, created_at, updated_at)
            SELECT \(account), * FROM unnest(\(people.map(\.id))::uuid[], \(people.map(\.externalID))::text[],
                \(people.map(\.isExternalIDGiven))::boolean[], \(people.map(\.sequence))::bigint[],
                \(people.map(\.details.email))::text[], \(people.map(\.details.name))::text[],
                \(people.map(\.details.phone))::text[], \(people.map(\.details.firstName))::text[],
                \(people.map(\.details.lastName))::text[], \(people.map(\.details.phoneNumber))::text[],
                \(people.map(\.acceptsMarketing))::boolean[], \(try people.map { try $0.metadata.map(JSON.text) })::text[],
                \(try people.map { try $0.attributes.isEmpty ? nil : JSON.text($0.attributes) })::text[],
                \(try people.map { try $0.sales.map(JSON.text) })::text[],
                \(try people.map { try $0.retail.isEmpty ? nil : JSON.text($0.retail) })::text[],
                \(people.map(\.createdAt))::timestamptz[], \(people.map(\.updatedAt))::timestamptz[])
            ON CONFLICT (account_id, id) DO UPDATE SET
                external_id = EXCLUDED.external_id, external_id_given = EXCLUDED.external_id_given,
                sequence = EXCLUDED.sequence, email = EXCLUDED.email, name = EXCLUDED.name, phone = EXCLUDED.phone,
                first_name = EXCLUDED.first_name, last_name = EXCLUDED.last_name,
                phone_number = EXCLUDED.phone_number, accepts_marketing = EXCLUDED.accepts_marketing,
                metadata = EXCLUDED.metadata, attributes = EXCLUDED.attributes, sales = EXCLUDED.sales,
                retail = EXCLUDED.retail, updated_at = EXCLUDED.updated_at
            """
        transaction.send(
            query.throwing(Self.race, onViolationOf: "people_external_id_key")
                .throwing(Self.race, onViolationOf: "people_phone_number_key"))
    }

    /// Deletes a person's row; what else belongs to them must be elsewhere or gone.
    func delete(_ id: CustomerID, of account: AccountID, in transaction: PostgresTransaction) {
        transaction.send("DELETE FROM people WHERE account_id = \(account) AND id = \(id)")
    }

    /// Notes that a person turned out to be another, who is found by both ids from now on.
    func noteJoin(of id: CustomerID, into successor: CustomerID, of account: AccountID, in transaction: Transaction) {
        transaction.send(
            """
            UPDATE joined_people SET successor_id = \(successor)
            WHERE account_id = \(account) AND successor_id = \(id)
            """)
        transaction.send(
            """
            INSERT INTO joined_people (account_id, id, successor_id) VALUES (\(account), \(id), \(successor))
            ON CONFLICT (account_id, id) DO UPDATE SET successor_id = EXCLUDED.successor_id
            """)
    }

    /// Forgets which ids a person had before.
    func forgetJoins(into id: CustomerID, of account: AccountID, in transaction: Transaction) {
        transaction.send("DELETE FROM joined_people WHERE account_id = \(account) AND successor_id = \(id)")
    }

    static let columns: StaticString = """
        id, sequence, external_id, external_id_given, email, name, phone, first_name, last_name, phone_number, \
        accepts_marketing, metadata, attributes, sales, retail, created_at, updated_at
        """

    static func locked(_ rows: PostgresRows, of account: AccountID) throws -> Locked {
        guard let time = try rows.first?["time", as: Timestamp.self] else { throw race }
        let people = try rows.filter { try $0["id", as: CustomerID?.self] != nil }
            .map { try Person($0, account: account) }
        return Locked(time: time, people: people)
    }
}

extension Person {
    init(_ row: PostgresRow, account: AccountID) throws {
        self.init(
            id: try row["id"], account: account, sequence: try row["sequence"], externalID: try row["external_id"],
            isExternalIDGiven: try row["external_id_given"],
            details: PersonalDetails(
                email: try row["email"], name: try row["name"], phone: try row["phone"],
                firstName: try row["first_name"], lastName: try row["last_name"],
                phoneNumber: try row["phone_number"]),
            acceptsMarketing: try row["accepts_marketing"],
            metadata: try row["metadata", as: String?.self].map { try JSON.decode(JSONValue.self, from: $0) },
            attributes: try row["attributes", as: String?.self].map { try JSON.decode(from: $0) } ?? [:],
            sales: try row["sales", as: String?.self].map { try JSON.decode(from: $0) },
            retail: try row["retail", as: String?.self].map { try JSON.decode(from: $0) } ?? [:],
            createdAt: try row["created_at"], updatedAt: try row["updated_at"])
    }
}
