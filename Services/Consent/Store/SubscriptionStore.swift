import Messaging
import Postgres
import Schema

/// The SQL of SMS subscriptions. Whoever changes one holds the lock of its person.
struct SubscriptionStore: Sendable {
    let database: PostgresDatabase

    /// A subscription and the external id of its person, if a client gave one.
    struct Listed: Sendable {
        let subscription: SMSSubscription
        let externalID: String?
    }

    /// People, locked until the transaction ends, with all of their subscriptions, and the database's clock.
    struct Concerned: Sendable {
        let time: Timestamp
        let people: [Person]
        let subscriptions: [SMSSubscription]
    }

    /// Everybody whom a number or a profile id may be about: the person of the id, whose number it is, and all who
    /// ever consented on it. One round trip: a first statement locks, a second reads what others wrote until then.
    func lock(
        number: String?, profile: PersonReference?, of account: AccountID, in transaction: PostgresTransaction
    ) async throws -> Concerned {
        let (id, externalID): (CustomerID?, String?) =
            switch profile {
            case .id(let id): (id, nil)
            case .external(let text): (nil, text)
            case .nobody, nil: (nil, nil)
            }
        transaction.send(
            """
            SELECT FROM (
                SELECT id FROM people WHERE account_id = \(account) AND external_id = \(externalID)::text
                UNION SELECT id FROM people WHERE account_id = \(account) AND phone_number = \(number)::text
                UNION SELECT person_id FROM sms_subscriptions
                    WHERE account_id = \(account) AND phone_number = \(number)::text
                UNION SELECT \(id)::uuid
                UNION SELECT successor_id FROM joined_people WHERE account_id = \(account) AND id = \(id)::uuid
                ORDER BY id
            ) AS concerned CROSS JOIN LATERAL (
                SELECT FROM people WHERE account_id = \(account) AND people.id = concerned.id LIMIT 1 FOR UPDATE
            ) AS locked
            """)
        let rows = try await transaction.query(
            """
            SELECT date_trunc('milliseconds', clock_timestamp()) AS time, person.*, subscription.*
            FROM (SELECT) AS once LEFT JOIN (
                SELECT id AS concerned_id FROM people WHERE account_id = \(account) AND external_id = \(externalID)::text
                UNION SELECT id FROM people WHERE account_id = \(account) AND phone_number = \(number)::text
                UNION SELECT person_id FROM sms_subscriptions
                    WHERE account_id = \(account) AND phone_number = \(number)::text
                UNION SELECT \(id)::uuid
                UNION SELECT successor_id FROM joined_people WHERE account_id = \(account) AND id = \(id)::uuid
            ) AS concerned ON true
            LEFT JOIN LATERAL (
                SELECT \(constant: PersonStore.columns) FROM people
                WHERE account_id = \(account) AND people.id = concerned_id LIMIT 1
            ) AS person ON true
            LEFT JOIN LATERAL (
                SELECT \(constant: Self.columns) FROM sms_subscriptions
                WHERE account_id = \(account) AND person_id = person.id OFFSET 0
            ) AS subscription ON true
            """)
        guard let time = try rows.first?["time", as: Timestamp.self] else { throw PersonStore.race }
        let known = try rows.filter { try $0["id", as: CustomerID?.self] != nil }
        return Concerned(
            time: time, people: try known.map { try Person($0, account: account) },
            subscriptions: try known.filter { try $0["subscription_id", as: SMSSubscriptionID?.self] != nil }
                .map { try SMSSubscription($0, account: account) })
    }

    /// Adds or changes subscriptions.
    /// - Throws: `PersonStore.race` with the next round trip, when another consent on the number came first.
    func save(_ subscriptions: [SMSSubscription], in transaction: PostgresTransaction) throws {
        for subscription in subscriptions {
            let query: PostgresQuery = """
                INSERT INTO sms_subscriptions (account_id, person_id, phone_number, id, consent_source, consented_at,
                    consent_proof, unsubscribed_at)
                VALUES (\(subscription.account), \(subscription.person), \(subscription.phoneNumber),
                    \(subscription.id), \(subscription.source), \(subscription.consentedAt),
                    \(try subscription.proof.map(JSON.text)), \(subscription.unsubscribedAt))
                ON CONFLICT (account_id, person_id, phone_number) DO UPDATE SET
                    consent_source = EXCLUDED.consent_source, consented_at = EXCLUDED.consented_at,
                    consent_proof = EXCLUDED.consent_proof, unsubscribed_at = EXCLUDED.unsubscribed_at
                """
            transaction.send(query.throwing(PersonStore.race, onViolationOf: "sms_subscriptions_active_key"))
        }
    }

    /// Gives a person the subscriptions of another who turned out to be them. Where both have one of the same number,
    /// the one that holds stays, or the one that ended last.
    func move(from id: CustomerID, to other: CustomerID, of account: AccountID, in transaction: PostgresTransaction) {
        transaction.send(
            """
            DELETE FROM sms_subscriptions AS own USING sms_subscriptions AS moved
            WHERE own.account_id = \(account) AND own.person_id = \(other) AND moved.account_id = \(account)
                AND moved.person_id = \(id) AND moved.phone_number = own.phone_number
                AND (moved.unsubscribed_at IS NULL OR own.unsubscribed_at < moved.unsubscribed_at)
            """)
        transaction.send(
            """
            DELETE FROM sms_subscriptions AS moved USING sms_subscriptions AS own
            WHERE own.account_id = \(account) AND own.person_id = \(other) AND moved.account_id = \(account)
                AND moved.person_id = \(id) AND moved.phone_number = own.phone_number
            """)
        transaction.send(
            """
            UPDATE sms_subscriptions SET person_id = \(other) WHERE account_id = \(account) AND person_id = \(id)
            """)
    }

    func delete(of person: CustomerID, account: AccountID, in transaction: PostgresTransaction) {
        transaction.send("DELETE FROM sms_subscriptions WHERE account_id = \(account) AND person_id = \(person)")
    }

    /// All of a person's.
    func subscriptions(of person: CustomerID, account: AccountID) async throws -> [SMSSubscription] {
        try await database.query(
            """
            SELECT \(constant: Self.columns) FROM sms_subscriptions
            WHERE account_id = \(account) AND person_id = \(person)
            """
        ).map { try SMSSubscription($0, account: account) }
    }

    /// All of a number.
    func subscriptions(on number: String, account: AccountID) async throws -> [Listed] {
        try await database.query(
            """
            SELECT \(constant: Self.columns), person.external_id FROM sms_subscriptions
            LEFT JOIN LATERAL (
                SELECT external_id FROM people
                WHERE account_id = \(account) AND people.id = person_id AND external_id_given LIMIT 1
            ) AS person ON true
            WHERE account_id = \(account) AND phone_number = \(number)
            """
        ).map { try Listed($0, account: account) }
    }

    /// A page, the latest consent first; one more than asked for.
    ///
    /// - Parameters:
    ///   - isActive: whether the consent must hold or must not.
    ///   - since: consents given then or later.
    ///   - before: below this pair of time of consent and id.
    func page(
        isActive: Bool?, since: Timestamp?, before: (time: Timestamp, id: SMSSubscriptionID)?, limit: Int,
        of account: AccountID
    ) async throws -> [Listed] {
        try await database.query(
            """
            SELECT \(constant: Self.columns), person.external_id FROM (
                SELECT id, person_id, phone_number, consent_source, consented_at, consent_proof, unsubscribed_at
                FROM sms_subscriptions
                WHERE account_id = \(account)
                    AND (consented_at, id) < (coalesce(\(before?.time)::timestamptz, 'infinity'),
                        coalesce(\(before?.id)::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
                    AND consented_at >= coalesce(\(since)::timestamptz, '-infinity')
                    AND coalesce((unsubscribed_at IS NULL) = \(isActive)::boolean, true)
                ORDER BY consented_at DESC, id DESC LIMIT \(limit + 1)
            ) AS page
            LEFT JOIN LATERAL (
                SELECT external_id FROM people
                WHERE account_id = \(account) AND people.id = person_id AND external_id_given LIMIT 1
            ) AS person ON true
            ORDER BY consented_at DESC, page.id DESC
            """
        ).map { try Listed($0, account: account) }
    }

    private static let columns: StaticString = """
        id AS subscription_id, person_id, phone_number AS subscribed_number, consent_source, consented_at, consent_proof, \
        unsubscribed_at
        """
}

extension SMSSubscription {
    fileprivate init(_ row: PostgresRow, account: AccountID) throws {
        self.init(
            id: try row["subscription_id"], account: account, person: try row["person_id"],
            phoneNumber: try row["subscribed_number"], source: try row["consent_source"],
            consentedAt: try row["consented_at"],
            proof: try row["consent_proof", as: String?.self].map { try JSON.decode(from: $0) },
            unsubscribedAt: try row["unsubscribed_at"])
    }
}

extension SubscriptionStore.Listed {
    fileprivate init(_ row: PostgresRow, account: AccountID) throws {
        self.init(
            subscription: try SMSSubscription(row, account: account), externalID: try row["external_id"])
    }
}
