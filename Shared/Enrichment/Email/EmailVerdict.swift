/// Whether mail reaches an address, as far as can be told without sending any.
public struct EmailVerdict: Encodable, Hashable, Sendable {
    /// What the buyer is to do.
    public enum Action: String, Encodable, Sendable {
        case none
        case confirmation = "email_confirmation"
        case update = "email_update"
    }

    /// Whether it is valid and deliverable.
    public let isValid: Bool
    public let actionRequired: Action
    /// For people, in the API's words.
    public let message: String
    /// Whether mail to it is known to get lost.
    public let lowDeliverability: Bool
    /// From 0 to 1, which is best. In the API's bands: below 0.25 a new address is needed, below 0.5 a confirmation.
    public let deliverabilityScore: Double

    /// Judges an address by its form and by what the lists say.
    public init(of text: String, lists: EmailLists) {
        guard let address = EmailAddress(text), !address.isReserved else {
            self.init(.update, "Email address is invalid", 0)
            return
        }
        let whole = "\(address.localPart)@\(address.domain)"
        // Who adds a tag reads the same mailbox.
        let mailbox = String(address.localPart.prefix { $0 != "+" })
        func isListed(_ list: Set<String>) -> Bool { address.domains.contains(where: list.contains) }

        if isListed(lists.suppressed) || lists.suppressed.contains(whole) {
            self.init(.update, "Email address is on suppression list", 0)
        } else if isListed(lists.spamTraps) || lists.spamTraps.contains(whole) {
            self.init(.update, "Email address is a spam trap", 0)
        } else if isListed(lists.disposableDomains) {
            self.init(.update, "Disposable email detected", 0.1)
        } else if lists.abuseLocalParts.contains(mailbox) {
            self.init(.confirmation, "Email address is for abuse complaints", 0.3)
        } else if isListed(lists.lowDeliverabilityDomains) {
            self.init(.confirmation, "Low deliverability score", 0.25)
        } else if lists.roleLocalParts.contains(mailbox) {
            self.init(.confirmation, "Role-based email detected", 0.45)
        } else if isListed(lists.catchAllDomains) {
            self.init(.confirmation, "Domain accepts all email addresses", 0.4)
        } else if !address.isASCII {
            // RFC 6531: lawful, but many servers refuse it, and only asking tells which.
            self.init(.confirmation, "Unable to verify email address", 0.4)
        } else {
            self.init(.none, "Email address is valid and deliverable", address.looksGenerated ? 0.7 : 0.95)
        }
    }

    private init(_ actionRequired: Action, _ message: String, _ deliverabilityScore: Double) {
        isValid = actionRequired != .update
        self.actionRequired = actionRequired
        self.message = message
        lowDeliverability = deliverabilityScore < 0.5
        self.deliverabilityScore = deliverabilityScore
    }

    enum CodingKeys: String, CodingKey {
        case message
        case isValid = "is_valid"
        case actionRequired = "action_required"
        case lowDeliverability = "low_deliverability"
        case deliverabilityScore = "deliverability_score"
    }
}

extension EmailAddress {
    /// Whether the domain is set aside by RFC 2606 and RFC 6761, so that no mail ever arrives there.
    fileprivate var isReserved: Bool {
        let topLevel = domain.split(separator: ".").last.map(String.init) ?? ""
        return ["test", "example", "invalid", "localhost", "local"].contains(topLevel)
            || domains.contains { ["example.com", "example.net", "example.org"].contains($0) }
    }

    fileprivate var isASCII: Bool { (localPart + domain).utf8.allSatisfy { $0 < 128 } }

    /// Whether the name is long and mostly digits, as those of bought mailboxes are.
    fileprivate var looksGenerated: Bool {
        localPart.count >= 12 && localPart.count(where: \.isNumber) * 2 > localPart.count
    }
}
