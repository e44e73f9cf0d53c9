import Messaging
import Postgres
import Schema

/// Decides at the moment of sending whether a message may go, and to which address.
///
/// A decision locks the rows that it rests on: of a withdrawal or a STOP and a decision, what commits first wins. A message
/// whose decision came first is on its way and is sent; each further attempt at it is decided anew.
struct ConsentDesk: Sendable {
    let database: PostgresDatabase
    let keyring: DataKeyring

    /// What follows for a message.
    enum Admission: Sendable, Equatable {
        case send(to: String)
        case skip(reason: String)
    }

    /// Where a message goes, and for marketing whether it may; what allowed it is written to the message.
    func admit(_ message: ClaimedMessage, _ content: MessageContent) async throws -> Admission {
        guard message.purpose == .marketing else { return try await address(of: message, content) }
        return try await database.withTransaction { transaction in
            let (address, consent) = try await consent(message, content, in: transaction)
            guard let address else {
                return .skip(reason: message.channel == .sms ? MessageConsent.missing : Self.unknown)
            }
            switch consent.verdict {
            case .refused(let reason): return .skip(reason: reason)
            case .allowed(let basis):
                let (entry, event) = basis.columns
                transaction.send(
                    """
                    UPDATE messages SET consent_entry_id = \(entry), consent_event_id = \(event),
                        address_digest = \(digest(address, message.channel)) WHERE id = \(message.id)
                    """)
                return .send(to: address)
            }
        }
    }

    private static let unknown = "Nobody is known to send it to."

    // MARK: Transactional

    private func address(of message: ClaimedMessage, _ content: MessageContent) async throws -> Admission {
        if let address = content.address { return .send(to: address) }
        let rows = try await database.query(
            """
            SELECT person FROM message_people
            WHERE id = coalesce((SELECT successor_id FROM message_people_joined WHERE id = \(message.person)),
                \(message.person)) AND account_id = \(message.account)
            """)
        let person = try rows.first.map { try details($0) }
        let address = message.channel == .email ? person?.email : person?.phoneNumber
        return address.map { .send(to: $0) } ?? .skip(reason: Self.unknown)
    }

    private func details(_ row: PostgresRow) throws -> PersonalDetails {
        try keyring.open(try row["person", as: Sealed<PersonalDetails>.self])
    }

    // MARK: Marketing

    /// The address, and what is known of the consent, all of it locked.
    private func consent(
        _ message: ClaimedMessage, _ content: MessageContent, in transaction: PostgresTransaction
    ) async throws -> (address: String?, consent: MessageConsent) {
        let digest = content.address.flatMap { self.digest($0, message.channel) }
        // Of several the last one counts.
        let entries = try await entries(message, digest, in: transaction).sorted {
            $0.entry.recordedAt > $1.entry.recordedAt
        }
        var consent = MessageConsent()
        var address = content.address
        if message.channel == .email, let person = try await self.person(message, digest, in: transaction) {
            consent.preference = person.preference
            address = address ?? person.address
        }
        let candidates = entries.filter { entry in
            address.map { Self.isSame(entry.address, $0, message.channel) } ?? true
        }
        // Of a person with several numbers the one that consent was given for last, if there is one.
        let granted = address == nil ? candidates.first { $0.entry.isGranted } : nil
        if let found = granted ?? candidates.first {
            consent.entry = found.entry
            address = address ?? found.address
        }
        consent.stoppedAt = try await stop(of: address, message, in: transaction)
        return (address, consent)
    }

    /// The ledger's last entries on an address, or of a person on all of theirs. A statement each: a plan for both would
    /// read the whole table for one.
    private func entries(
        _ message: ClaimedMessage, _ digest: String?, in transaction: PostgresTransaction
    ) async throws -> [(address: String, entry: MessageConsent.Entry)] {
        let rows =
            if let digest {
                try await transaction.query(
                    """
                    SELECT is_granted, entry_id, address, recorded_at FROM message_consents
                    WHERE account_id = \(message.account) AND channel = \(message.channel)
                        AND address_digest = \(digest) FOR SHARE
                    """)
            } else {
                try await transaction.query(
                    """
                    SELECT is_granted, entry_id, address, recorded_at FROM message_consents
                    WHERE person_id = coalesce(
                            (SELECT successor_id FROM message_people_joined WHERE id = \(message.person)),
                            \(message.person))
                        AND account_id = \(message.account) AND channel = \(message.channel) FOR SHARE
                    """)
            }
        return try rows.map { row in
            let entry = MessageConsent.Entry(
                id: try row["entry_id"], isGranted: try row["is_granted"], recordedAt: try row["recorded_at"])
            return (try keyring.open(try row["address", as: Sealed<String>.self]), entry)
        }
    }

    /// Digests leave out North America's 1, so that two numbers in the world can share one: numbers are compared whole.
    private static func isSame(_ left: String, _ right: String, _ channel: MessageChannel) -> Bool {
        guard channel == .email else { return left == right }
        return BlacklistDigest.normalise(.email, left) == BlacklistDigest.normalise(.email, right)
    }

    private func person(
        _ message: ClaimedMessage, _ digest: String?, in transaction: PostgresTransaction
    ) async throws -> (address: String?, preference: MessageConsent.Preference)? {
        let rows =
            if let digest {
                try await transaction.query(
                    """
                    SELECT person, accepts_marketing, accepts_event_id FROM message_people
                    WHERE account_id = \(message.account) AND email_digest = \(digest) FOR SHARE
                    """)
            } else {
                try await transaction.query(
                    """
                    SELECT person, accepts_marketing, accepts_event_id FROM message_people
                    WHERE id = coalesce(
                            (SELECT successor_id FROM message_people_joined WHERE id = \(message.person)),
                            \(message.person))
                        AND account_id = \(message.account) FOR SHARE
                    """)
            }
        let people = try rows.map { row in
            (
                try details(row).email,
                MessageConsent.Preference(accepts: try row["accepts_marketing"], event: try row["accepts_event_id"])
            )
        }
        // Several people may have one mail address: if one of them wants nothing, nothing is sent there.
        return people.first { !$0.1.accepts } ?? people.first
    }

    private func stop(
        of address: String?, _ message: ClaimedMessage, in transaction: PostgresTransaction
    ) async throws -> Timestamp? {
        guard message.channel == .sms, let digest = address.flatMap({ self.digest($0, .sms) }) else { return nil }
        return try await transaction.query(
            """
            SELECT stopped_at FROM message_stops WHERE account_id = \(message.account) AND address_digest = \(digest)
            """
        ).first?["stopped_at"]
    }

    private func digest(_ address: String, _ channel: MessageChannel) -> String? {
        BlacklistDigest(keyring: keyring).entry(channel.digestKind, address)?.digest
    }
}

extension ConsentBasis {
    fileprivate var columns: (entry: ConsentEntryID?, event: ID<EventID>?) {
        switch self {
        case .entry(let id): (id, nil)
        case .event(let id): (nil, id)
        }
    }
}
