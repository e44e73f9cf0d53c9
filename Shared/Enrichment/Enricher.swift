public import Schema

/// Which of a buyer's details are checked.
public struct EnrichmentServices: OptionSet, Hashable, Sendable {
    public let rawValue: Int

    public init(rawValue: Int) {
        self.rawValue = rawValue
    }

    /// The mail address.
    public static let email = EnrichmentServices(rawValue: 1)
    /// The telephone number.
    public static let phone = EnrichmentServices(rawValue: 2)
    /// The address that is sent to.
    public static let address = EnrichmentServices(rawValue: 4)
}

/// What the checks found, as Health Suite's `enrichment` object; a service that is not enabled has no member.
public struct EnrichmentResponse: Encodable, Hashable, Sendable {
    /// What is wrong with the mail address, if anything.
    public let email: EmailVerdict?
    /// What is wrong with the telephone number, if anything.
    public let phone: PhoneVerdict?
    /// What is wrong with the address, and how the post would write it.
    public let address: AddressVerdict?
}

/// Checks what buyers enter, by rules and tables alone: it asks nobody and keeps nothing.
public struct Enricher: Sendable {
    private let lists: EmailLists

    /// - Parameter lists: What is known of mail domains and mailboxes.
    public init(lists: EmailLists = .standard) {
        self.lists = lists
    }

    /// What there is to say about a person.
    ///
    /// - Parameters:
    ///   - person: With the address that is sent to.
    ///   - services: What the account has enabled.
    /// - Returns: Nil when nothing is enabled.
    public func response(for person: CheckoutPerson, services: EnrichmentServices) -> EnrichmentResponse? {
        guard !services.isEmpty else { return nil }
        return EnrichmentResponse(
            email: services.contains(.email) ? EmailVerdict(of: person.email, lists: lists) : nil,
            phone: services.contains(.phone)
                ? PhoneVerdict(of: person.phone ?? person.address?.phone, in: person.address?.country) : nil,
            address: services.contains(.address) ? AddressVerdict(of: person.address) : nil)
    }
}
