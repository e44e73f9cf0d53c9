import Edge
import Schema

/// A subscription as the CRM API shows it (`noticia.md`, "Subscriptions").
struct SubscriptionBody: Encodable, Sendable {
    struct Profile: Encodable, Sendable {
        let id: ProfileID
        @Nullable var externalID: String?

        enum CodingKeys: String, CodingKey {
            case id
            case externalID = "external_id"
        }
    }

    /// The states that clients see and filter by.
    enum Status: String, CaseIterable, Encodable, Sendable {
        case subscribed = "SUBSCRIBED"
        case unsubscribed = "UNSUBSCRIBED"
    }

    let profile: Profile
    let phoneNumber: String
    let status: Status
    let consentSource: String
    let consentedAt: Timestamp
    @Nullable var unsubscribedAt: Timestamp?
    @Nullable var consentProof: ConsentProof?

    init(_ subscription: SMSSubscription, externalID: String?) {
        profile = Profile(id: subscription.person.profileID, externalID: externalID)
        phoneNumber = subscription.phoneNumber
        status = subscription.isActive ? .subscribed : .unsubscribed
        consentSource = subscription.source
        consentedAt = subscription.consentedAt
        unsubscribedAt = subscription.unsubscribedAt
        consentProof = subscription.proof
    }

    init(_ listed: SubscriptionStore.Listed) {
        self.init(listed.subscription, externalID: listed.externalID)
    }

    enum CodingKeys: String, CodingKey {
        case profile, status
        case phoneNumber = "phone_number"
        case consentSource = "consent_source"
        case consentedAt = "consented_at"
        case unsubscribedAt = "unsubscribed_at"
        case consentProof = "consent_proof"
    }
}

/// All opt-ins and opt-outs of a profile: `{"data": […]}`.
struct ConsentHistoryBody: Encodable, Sendable {
    struct Entry: Encodable, Sendable {
        let type: ConsentEntry.Kind
        let consentSource: String
        let occurredAt: Timestamp
        @Nullable var consentProof: ConsentProof?
        /// Where one was given with an opt-out.
        let reason: String?
        let entryID: ConsentEntryID

        enum CodingKeys: String, CodingKey {
            case type, reason
            case consentSource = "consent_source"
            case occurredAt = "occurred_at"
            case consentProof = "consent_proof"
            case entryID = "entry_id"
        }
    }

    let data: [Entry]

    init(_ entries: [ConsentEntry]) {
        data = entries.filter { $0.channel == .sms }.map { entry in
            Entry(
                type: entry.kind, consentSource: entry.source, occurredAt: entry.occurredAt,
                consentProof: entry.personal.proof, reason: entry.personal.reason, entryID: entry.id)
        }
    }
}
