import Schema

/// A ban on a customer, from its request to its end.
struct Blacklisting: Equatable, Sendable {
    let id: BlacklistingID
    let account: AccountID
    let customer: CustomerID
    let customerNumber: String
    let items: [BlacklistItem]
    let reason: String
    let cancelSubscriptions: Bool
    let cancelFulfillments: Bool
    /// Of the latest event about it: 1 when it began, 2 when it ended.
    private(set) var sequence: Int64
    /// Which of these is in force at the checkout; 0 for none yet.
    let appliedSequence: Int64
    let cancelledSubscriptions: [String]
    let cancelledFulfillments: [String]
    let createdAt: Timestamp
    private(set) var liftedAt: Timestamp?
    private(set) var liftReason: String?

    /// Whether it has not been lifted.
    var isActive: Bool { liftedAt == nil }
    /// Whether the checkout has acted on its latest event.
    var isApplied: Bool { appliedSequence >= sequence }

    /// The event of its beginning.
    var banned: CustomerBlacklisted {
        CustomerBlacklisted(
            blacklistingID: id, customerNumber: customerNumber, entries: items.map(\.entry),
            cancelSubscriptions: cancelSubscriptions, cancelFulfillments: cancelFulfillments, reason: reason)
    }

    /// The event of its end.
    var lifted: CustomerBlacklistLifted {
        CustomerBlacklistLifted(blacklistingID: id, customerNumber: customerNumber, entries: items.map(\.entry))
    }

    /// Ends it.
    mutating func lift(reason: String, at time: Timestamp) {
        liftedAt = max(time, createdAt)
        liftReason = reason
        sequence += 1
    }
}

extension Blacklisting {
    /// A new ban.
    init(_ terms: BlacklistTerms, on customer: CheckoutCustomer, items: [BlacklistItem], at time: Timestamp) {
        self.init(
            id: BlacklistingID(), account: customer.account, customer: customer.id, customerNumber: customer.number,
            items: items, reason: terms.reason, cancelSubscriptions: terms.cancelSubscriptions,
            cancelFulfillments: terms.cancelFulfillments, sequence: 1, appliedSequence: 0, cancelledSubscriptions: [],
            cancelledFulfillments: [], createdAt: time, liftedAt: nil, liftReason: nil)
    }
}

/// What a ban is to be like.
struct BlacklistTerms: Equatable, Sendable {
    let kinds: [BlacklistDigest.Kind]
    let reason: String
    let cancelSubscriptions: Bool
    let cancelFulfillments: Bool
}

/// One thing that a customer is known by and that is refused.
struct BlacklistItem: Codable, Equatable, Sendable {
    let kind: String
    /// As operators read it.
    let value: String
    let digest: String

    /// As events carry it.
    var entry: BlacklistEntry { BlacklistEntry(kind: kind, digest: digest) }

    /// `Email: john@example.com`
    var label: String { "\(kind == "ip" ? "IP" : kind.prefix(1).uppercased() + kind.dropFirst()): \(value)" }

    /// Everything of these kinds that is known of a person.
    static func items(
        of person: CheckoutPerson, kinds: [BlacklistDigest.Kind], digest: BlacklistDigest
    ) -> [BlacklistItem] {
        kinds.compactMap { kind in
            guard let value = person.value(for: kind), let entry = digest.entry(kind, value) else { return nil }
            let shown = kind == .address ? person.address?.oneLine ?? value : value
            return BlacklistItem(kind: entry.kind, value: shown, digest: entry.digest)
        }
    }
}

extension PostalAddress {
    /// Street and town.
    fileprivate var oneLine: String {
        "\([address1, address2 ?? ""].filter { !$0.isEmpty }.joined(separator: " ")), \(city)"
    }
}

/// What a customer has running.
struct CustomerStanding: Equatable, Sendable {
    let activeSubscriptions: Int
    let pendingFulfillments: Int
}
