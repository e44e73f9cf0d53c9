import Messaging
import Postgres
import Schema

/// The SQL of people.
struct PersonStore: Sendable {
    /// Adds those people whose external id the account does not know yet, and answers whom it added.
    func insert(_ people: [Person], in transaction: PostgresTransaction) async throws -> Set<CustomerID> {
        let rows = try await transaction.query(
            """
            INSERT INTO people (account_id, id, external_id, sequence, email, name, phone, accepts_marketing, metadata,
                created_at, updated_at)
            SELECT * FROM unnest(\(people.map(\.account.uuid))::uuid[], \(people.map(\.id.uuid))::uuid[],
                \(people.map(\.externalID))::text[], \(people.map(\.sequence))::bigint[],
                \(people.map(\.details.email))::text[], \(people.map(\.details.name))::text[],
                \(people.map(\.details.phone))::text[], \(people.map(\.acceptsMarketing))::boolean[],
                \(try people.map { try $0.metadata.map(JSON.text) })::text[],
                \(people.map(\.createdAt))::timestamptz[], \(people.map(\.updatedAt))::timestamptz[])
            ON CONFLICT (account_id, external_id) DO NOTHING RETURNING id
            """)
        return Set(try rows.map { try $0["id", as: CustomerID.self] })
    }

    func update(_ person: Person, in transaction: PostgresTransaction) throws {
        transaction.send(
            """
            UPDATE people
            SET sequence = \(person.sequence), email = \(person.details.email), name = \(person.details.name),
                phone = \(person.details.phone), accepts_marketing = \(person.acceptsMarketing),
                metadata = \(try person.metadata.map(JSON.text)), updated_at = \(person.updatedAt)
            WHERE account_id = \(person.account) AND id = \(person.id)
            """)
    }

    /// The person, locked until the transaction ends.
    func lock(
        _ id: CustomerID, of account: AccountID, in transaction: PostgresTransaction
    ) async throws -> Person? {
        try await transaction.query(
            """
            SELECT \(constant: Self.columns) FROM people WHERE account_id = \(account) AND id = \(id) FOR UPDATE
            """
        ).first.map { try Person($0, account: account) }
    }

    /// The first known of the people with a mail address who are no customer of the checkout yet, locked until the
    /// transaction ends.
    func lock(
        withoutNumber email: String, of account: AccountID, in transaction: PostgresTransaction
    ) async throws -> Person? {
        try await transaction.query(
            """
            SELECT \(constant: Self.columns) FROM people
            WHERE account_id = \(account) AND lower(email) = lower(\(email)) AND NOT EXISTS (
                SELECT FROM checkout_customers customer
                WHERE customer.account_id = people.account_id AND customer.person_id = people.id)
            ORDER BY id LIMIT 1 FOR UPDATE
            """
        ).first.map { try Person($0, account: account) }
    }

    private static let columns: StaticString = """
        id, sequence, external_id, email, name, phone, accepts_marketing, metadata, created_at, updated_at
        """

    /// The people of these external ids, locked in the order of ids, until the transaction ends.
    func lock(
        externalIDs: [String], of account: AccountID, in transaction: PostgresTransaction
    ) async throws -> [Person] {
        try await transaction.query(
            """
            SELECT \(constant: Self.columns) FROM people
            WHERE account_id = \(account) AND external_id = ANY (\(externalIDs)::text[])
            ORDER BY id FOR UPDATE
            """
        ).map { try Person($0, account: account) }
    }
}

extension Person {
    fileprivate init(_ row: PostgresRow, account: AccountID) throws {
        self.init(
            id: try row["id"], account: account, sequence: try row["sequence"], externalID: try row["external_id"],
            details: PersonalDetails(email: try row["email"], name: try row["name"], phone: try row["phone"]),
            acceptsMarketing: try row["accepts_marketing"],
            metadata: try row["metadata", as: String?.self].map { try JSON.decode(JSONValue.self, from: $0) },
            createdAt: try row["created_at"], updatedAt: try row["updated_at"])
    }
}
