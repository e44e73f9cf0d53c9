import Schema

/// What allowed a marketing message.
enum ConsentBasis: Sendable, Equatable {
    /// An entry of the consent ledger.
    case entry(ConsentEntryID)
    /// The event that told that a person accepts marketing by mail.
    case event(ID<EventID>)
}

/// All that is known of somebody's consent at one moment, and what follows from it.
///
/// The ledger's last word on an address counts. Where it has none on a mail address, a person's `accepts_marketing` does.
/// A STOP counts until consent is given again after it.
struct MessageConsent: Sendable, Equatable {
    /// The last entry of the ledger on the address.
    struct Entry: Sendable, Equatable {
        var id: ConsentEntryID
        var isGranted: Bool
        var recordedAt: Timestamp
    }

    /// What a person said of marketing by mail.
    struct Preference: Sendable, Equatable {
        var accepts: Bool
        var event: ID<EventID>
    }

    enum Verdict: Sendable, Equatable {
        case allowed(ConsentBasis)
        /// With the reason, which is shown.
        case refused(String)
    }

    static let missing = "There is no consent."

    var entry: Entry?
    var preference: Preference?
    var stoppedAt: Timestamp?

    var verdict: Verdict {
        if let entry {
            guard entry.isGranted else { return .refused("The consent was withdrawn.") }
            if let stoppedAt, entry.recordedAt <= stoppedAt { return .refused("The recipient has answered STOP.") }
            return .allowed(.entry(entry.id))
        }
        guard stoppedAt == nil else { return .refused("The recipient has answered STOP.") }
        guard let preference else { return .refused(Self.missing) }
        return preference.accepts ? .allowed(.event(preference.event)) : .refused("The person accepts no marketing.")
    }
}
