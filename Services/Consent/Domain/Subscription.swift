import Schema

/// Whom a client means by the profile id that it sends.
enum PersonReference: Equatable, Sendable {
    /// By the id that was given here.
    case id(CustomerID)
    /// By the client's own.
    case external(String)
    /// By an id that nobody can have.
    case nobody
}

/// What became of a person's consent to text messages on one number.
struct SMSSubscription: Equatable, Sendable {
    /// Version 7, for cursors.
    let id: SMSSubscriptionID
    let account: AccountID
    var person: CustomerID
    /// E.164.
    let phoneNumber: String
    var source: String
    var consentedAt: Timestamp
    var proof: ConsentProof?
    /// When the consent was withdrawn; nil while it holds.
    var unsubscribedAt: Timestamp?

    var isActive: Bool { unsubscribedAt == nil }

    /// When it last changed, as clients see it.
    private var changedAt: Timestamp { unsubscribedAt ?? consentedAt }

    /// Whether a consent says nothing that this subscription does not say already; what it leaves out says nothing.
    func covers(_ consent: OptIn) -> Bool {
        guard isActive else { return false }
        // News from before the present consent cannot replace it.
        if let time = consent.consentedAt, time < consentedAt { return true }
        return source == consent.source && (consent.proof == nil || consent.proof == proof)
            && (consent.consentedAt == nil || consent.consentedAt == consentedAt)
    }

    /// The one that tells how things stand: an active one, else the one that changed last.
    static func current(of subscriptions: some Sequence<SMSSubscription>) -> SMSSubscription? {
        subscriptions.max { left, right in
            left.isActive == right.isActive ? left.changedAt < right.changedAt : right.isActive
        }
    }
}

/// A consent to text messages.
struct OptIn: Equatable, Sendable {
    /// E.164.
    var phoneNumber: String
    /// Whose consent it is; nil where only the number is known.
    var profile: PersonReference?
    var source: String
    /// When it was given; nil for now.
    var consentedAt: Timestamp?
    var proof: ConsentProof?
}

/// The end of a consent to text messages.
struct OptOut: Equatable, Sendable {
    /// E.164; one of this and `profile` is there.
    var phoneNumber: String?
    var profile: PersonReference?
    /// A word of ``ConsentSource``.
    var source: String
    /// Why, in the words of whoever asks.
    var reason: String?
}

/// Where consent is withdrawn or given beside what clients name.
enum ConsentSource {
    /// Withdrawn through the CRM API.
    static let api = "API"
    /// Withdrawn by a text message such as STOP.
    static let message = "SMS_STOP"
    /// Mail: what a dealer's site says of a customer's preference.
    static let preference = "MARKETING_PREFERENCE"
}

/// What a request did to subscriptions.
enum SubscriptionState: String, Sendable {
    case created, updated
    case alreadySubscribed = "already_subscribed"
    case optedOut = "opted_out"
    case alreadyOptedOut = "already_opted_out"
}

/// Why a consent was not recorded.
enum ConsentRefusal: Error, Equatable, Sendable {
    /// Another person's consent holds on the number.
    case activeElsewhere(CustomerID)
    /// The number's consent was withdrawn after this one was given.
    case withdrawnSince(Timestamp)
    /// Nobody has the id.
    case unknownProfile
    /// Nothing is known of the number or of the profile.
    case unknownSubscription
}
