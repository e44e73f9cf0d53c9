import Messaging
import Postgres
import Schema

/// What the consent service has told of people and their consents. The SQL of `message_people`, `message_consents`.
///
/// Everything here runs in the transaction of a consumed event; what concerns a person who turned out to be another one is
/// written to the other.
struct ConsentProjection: Sendable {
    let keyring: DataKeyring

    /// An event of the consent service: whose it is, when, and its place among those of its subject.
    struct Origin: Sendable {
        let account: AccountID
        let event: ID<EventID>
        let subject: String
        let sequence: Int64
        let time: Timestamp

        init(_ envelope: EventEnvelope) {
            account = envelope.account
            event = ID(uuid: envelope.id)
            subject = envelope.subject
            sequence = envelope.sequence
            time = envelope.time
        }
    }

    // MARK: People

    /// Keeps a person as they are now.
    func save(_ customer: CustomerSnapshot, _ origin: Origin, in transaction: PostgresTransaction) throws {
        let person = try keyring.open(customer.person)
        let digests = BlacklistDigest(keyring: keyring)
        let email = person.email.flatMap { digests.entry(.email, $0)?.digest }
        let phone = person.phoneNumber.flatMap { digests.entry(.phone, $0)?.digest }
        transaction.send(
            """
            INSERT INTO message_people (id, account_id, person, email_digest, phone_digest, accepts_marketing,
                accepts_event_id, sequence)
            VALUES (\(customer.id), \(origin.account), \(customer.person), \(email), \(phone),
                \(customer.acceptsMarketing), \(origin.event), \(origin.sequence))
            ON CONFLICT (id) DO UPDATE
            SET person = excluded.person, email_digest = excluded.email_digest, phone_digest = excluded.phone_digest,
                accepts_marketing = excluded.accepts_marketing, sequence = excluded.sequence,
                -- What was said before and still holds keeps its proof.
                accepts_event_id = CASE WHEN excluded.accepts_marketing = message_people.accepts_marketing
                    THEN message_people.accepts_event_id ELSE excluded.accepts_event_id END
            WHERE message_people.sequence < excluded.sequence
            """)
    }

    /// Gives everything of one person to another, who they turned out to be.
    func join(
        _ joined: CustomerID, into person: CustomerID, of account: AccountID, in transaction: PostgresTransaction
    ) {
        transaction.send(
            """
            INSERT INTO message_people_joined (id, account_id, successor_id)
            VALUES (\(joined), \(account), \(person))
            ON CONFLICT (id) DO UPDATE SET successor_id = excluded.successor_id
            """)
        transaction.send(
            """
            UPDATE message_people_joined SET successor_id = \(person)
            WHERE successor_id = \(joined) AND account_id = \(account)
            """)
        transaction.send("DELETE FROM message_people WHERE id = \(joined) AND account_id = \(account)")
        transaction.send(
            """
            WITH moved AS (
                DELETE FROM message_consents WHERE person_id = \(joined) AND account_id = \(account) RETURNING *
            )
            INSERT INTO message_consents (account_id, channel, address_digest, person_id, is_granted, entry_id, address,
                recorded_at, subject)
            SELECT account_id, channel, address_digest, \(person)::uuid, is_granted, entry_id, address, recorded_at, subject
            FROM moved
            ON CONFLICT (account_id, channel, address_digest, person_id) DO UPDATE
            SET is_granted = excluded.is_granted, entry_id = excluded.entry_id, address = excluded.address,
                recorded_at = excluded.recorded_at, subject = excluded.subject
            WHERE excluded.recorded_at > message_consents.recorded_at
            """)
        transaction.send(
            "UPDATE messages SET person_id = \(person) WHERE person_id = \(joined) AND account_id = \(account)")
    }

    /// Forgets a person: what is known of them, whom their messages went to and what those said. What is queued is not
    /// sent.
    func forget(_ person: CustomerID, of account: AccountID, in transaction: PostgresTransaction) {
        transaction.send(
            """
            UPDATE messages SET content = NULL, address_digest = NULL, updated_at = now(),
                reason = CASE WHEN status = 'queued' THEN 'The person''s data was deleted.' END,
                status = CASE WHEN status = 'queued' THEN 'skipped' ELSE status END
            WHERE account_id = \(account) AND (person_id = \(person) OR address_digest IN (
                SELECT address_digest FROM message_consents WHERE person_id = \(person)
                UNION ALL SELECT email_digest FROM message_people WHERE id = \(person)
                UNION ALL SELECT phone_digest FROM message_people WHERE id = \(person)))
            """)
        transaction.send("DELETE FROM message_consents WHERE person_id = \(person) AND account_id = \(account)")
        transaction.send("DELETE FROM message_people WHERE id = \(person) AND account_id = \(account)")
        transaction.send(
            "DELETE FROM message_people_joined WHERE successor_id = \(person) AND account_id = \(account)")
    }

    // MARK: Consents

    /// Keeps what the ledger says last of a person at an address.
    ///
    /// Events of one subject come in order. Where two people turned out to be one, those of both are compared by time.
    func save(
        _ consent: ConsentStatement, isGranted: Bool, _ origin: Origin, in transaction: PostgresTransaction
    ) {
        guard consent.purpose == MessagePurpose.marketing.rawValue else { return }
        transaction.send(
            """
            INSERT INTO message_consents (account_id, channel, address_digest, person_id, is_granted, entry_id, address,
                recorded_at, subject)
            VALUES (\(origin.account), \(consent.channel.rawValue), \(consent.addressDigest),
                coalesce((SELECT successor_id FROM message_people_joined WHERE id = \(consent.customerID)),
                    \(consent.customerID)),
                \(isGranted), \(consent.entryID), \(consent.address), \(origin.time), \(origin.subject))
            ON CONFLICT (account_id, channel, address_digest, person_id) DO UPDATE
            SET is_granted = excluded.is_granted, entry_id = excluded.entry_id, address = excluded.address,
                recorded_at = excluded.recorded_at, subject = excluded.subject
            WHERE message_consents.subject = excluded.subject
                OR message_consents.recorded_at <= excluded.recorded_at
            """)
    }
}
