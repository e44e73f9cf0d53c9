import Messaging
import Postgres
import Schema

/// The SQL of the projections of catalog's stores and consent's people.
struct KnownPartyStore: Sendable {
    let database: PostgresDatabase

    // MARK: What is heard

    /// Keeps a store. Its ids never change.
    func save(_ store: StoreSnapshot, of account: AccountID, in transaction: PostgresTransaction) {
        transaction.send(
            """
            INSERT INTO known_stores (id, account_id, external_id)
            VALUES (\(store.id), \(account), \(store.externalID))
            ON CONFLICT DO NOTHING
            """)
    }

    /// Keeps what an event says of a person, unless a later one was here before it. Nothing is written if nothing changes
    /// here, as with nearly all news of people.
    func save(
        _ customer: CustomerSnapshot, sequence: Int64, of account: AccountID, in transaction: PostgresTransaction
    ) {
        let externalID = customer.isExternalIDGiven == false ? nil : customer.externalID
        transaction.send(
            """
            INSERT INTO known_people AS known (id, account_id, external_id, sequence)
            SELECT \(customer.id)::uuid, \(account)::uuid, \(externalID)::text, \(sequence)::bigint
            WHERE NOT EXISTS (SELECT FROM known_people
                WHERE id = \(customer.id) AND external_id IS NOT DISTINCT FROM \(externalID))
            ON CONFLICT (id) DO UPDATE SET external_id = excluded.external_id, sequence = excluded.sequence
            WHERE known.sequence < excluded.sequence AND NOT known.is_gone
            """)
    }

    /// Keeps a person that an inquiry found. News of them may have been here before.
    func save(_ person: KnownPerson, of account: AccountID, in transaction: PostgresTransaction) {
        transaction.send(
            """
            INSERT INTO known_people (id, account_id, external_id, sequence)
            VALUES (\(person.id), \(account), \(person.externalID), 0)
            ON CONFLICT (id) DO NOTHING
            """)
    }

    /// A person turned out to be another one: what was theirs is read as the other's from now on, also what is being
    /// recorded at this moment.
    func join(
        _ person: CustomerID, into other: CustomerID, of account: AccountID, in transaction: PostgresTransaction
    ) {
        // The other one may have been joined to a third; the news of that need not come later.
        transaction.send(
            """
            INSERT INTO known_people (id, account_id, sequence, is_gone, successor_id)
            VALUES (\(person), \(account), 0, true,
                coalesce((SELECT successor_id FROM known_people WHERE id = \(other) AND is_gone), \(other)))
            ON CONFLICT (id) DO UPDATE
            SET external_id = NULL, is_gone = true, successor_id = excluded.successor_id
            """)
        transaction.send(
            """
            UPDATE known_people SET successor_id = (SELECT successor_id FROM known_people WHERE id = \(person))
            WHERE successor_id = \(person)
            """)
    }

    /// A person's data was deleted: sales lose them.
    func delete(_ person: CustomerID, of account: AccountID, in transaction: PostgresTransaction) {
        transaction.send(
            """
            UPDATE sales_events SET person_id = NULL
            WHERE person_id = ANY (
                ARRAY(SELECT id FROM known_people WHERE successor_id = \(person)) || \(person)::uuid)
            """)
        transaction.send(
            """
            INSERT INTO known_people (id, account_id, sequence, is_gone) VALUES (\(person), \(account), 0, true)
            ON CONFLICT (id) DO UPDATE SET external_id = NULL, is_gone = true, successor_id = NULL
            """)
        transaction.send("UPDATE known_people SET successor_id = NULL WHERE successor_id = \(person)")
    }

    // MARK: What is known

    /// What the references of a report mean, as far as orders has heard, and whether the report was recorded before.
    struct Parties: Sendable {
        let recorded: SalesEventID?
        let store: KnownStore?
        let buyer: KnownPerson?
    }

    /// One round trip. Each reference is looked up by the one of its two names that it has.
    func parties(of report: SaleReport, _ account: AccountID) async throws -> Parties {
        let rows = try await database.query(
            """
            SELECT (SELECT id FROM sales_events WHERE external_id = \(report.externalID) AND account_id = \(account))
                    AS recorded_id,
                store.id AS store_id, store.external_id AS store_external_id,
                buyer.id AS buyer_id, buyer.external_id AS buyer_external_id
            FROM (SELECT) AS one
            LEFT JOIN LATERAL (\(store: report.store, account)) AS store ON true
            LEFT JOIN LATERAL (\(buyer: report.buyer, account)) AS buyer ON true
            """)
        guard let row = rows.first else { return Parties(recorded: nil, store: nil, buyer: nil) }
        return Parties(
            recorded: try row["recorded_id"], store: try KnownStore(row), buyer: try KnownPerson(row))
    }

    /// The store and all ids of the buyer that a list is narrowed to; nil for what orders has not heard of.
    func parties(
        of filter: SaleFilter, _ account: AccountID
    ) async throws -> (store: StoreID?, buyer: [CustomerID]) {
        let rows = try await database.query(
            """
            SELECT store.id AS store_id, buyer.id AS buyer_id,
                ARRAY(SELECT id FROM known_people WHERE successor_id = buyer.id) AS former_ids
            FROM (SELECT) AS one
            LEFT JOIN LATERAL (\(store: filter.store, account)) AS store ON true
            LEFT JOIN LATERAL (\(buyer: filter.buyer, account)) AS buyer ON true
            """)
        guard let row = rows.first else { return (nil, []) }
        let buyer: CustomerID? = try row["buyer_id"]
        return (try row["store_id"], try buyer.map { try [$0] + row["former_ids"] } ?? [])
    }
}

extension PostgresQuery.StringInterpolation {
    /// The one store of a reference. What it costs to look for a name that is not there is paid even if that is NULL, so
    /// that each kind of reference has a statement of its own.
    fileprivate mutating func appendInterpolation(store reference: StoreReference?, _ account: AccountID) {
        appendLiteral("SELECT id, external_id FROM known_stores WHERE ")
        switch reference {
        case .id(let id): append("id =", id, of: account)
        case .externalID(let text): append("external_id =", text, of: account)
        case nil: appendLiteral("false")
        }
    }

    /// The one buyer of a reference, under the id that is theirs now.
    fileprivate mutating func appendInterpolation(buyer reference: BuyerReference?, _ account: AccountID) {
        switch reference {
        case .id(let id):
            appendLiteral(
                """
                SELECT now.id, now.external_id FROM known_people AS known
                JOIN known_people AS now ON now.id = coalesce(known.successor_id, known.id) AND NOT now.is_gone
                WHERE\u{20}
                """)
            append("known.id =", id, of: account, "known.account_id =")
        case .externalID(let text):
            appendLiteral("SELECT id, external_id FROM known_people WHERE ")
            append("external_id =", text, of: account)
            appendLiteral(" ORDER BY id DESC LIMIT 1")
        case nil:
            appendLiteral("SELECT id, external_id FROM known_people WHERE false")
        }
    }

    private mutating func append(
        _ comparison: String, _ name: some PostgresEncodable, of account: AccountID,
        _ ownership: String = "account_id ="
    ) {
        appendLiteral("\(comparison) ")
        appendInterpolation(name)
        appendLiteral(" AND \(ownership) ")
        appendInterpolation(account)
    }
}

extension KnownStore {
    /// The columns `store_id` and `store_external_id`; nil where they are NULL.
    init?(_ row: PostgresRow) throws {
        guard let id: StoreID = try row["store_id"] else { return nil }
        self.init(id: id, externalID: try row["store_external_id"])
    }
}

extension KnownPerson {
    /// The columns `buyer_id` and `buyer_external_id`; nil where they are NULL.
    init?(_ row: PostgresRow) throws {
        guard let id: CustomerID = try row["buyer_id"] else { return nil }
        self.init(id: id, externalID: try row["buyer_external_id"])
    }
}
