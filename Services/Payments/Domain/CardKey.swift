import Schema

/// A key pair that cards are sealed to.
enum CardKeySubject: Identified {
    static var idPrefix: String { "ck" }
}

/// The id of a card key, as events and sealed cards name it.
typealias CardKeyID = ID<CardKeySubject>

/// A card key's state, without its private half.
struct CardKey: Sendable, Equatable {
    let id: CardKeyID
    let activatedAt: Timestamp
    var retiredAt: Timestamp?
}

/// What a look at the card keys makes necessary.
struct CardKeyPlan: Sendable, Equatable {
    /// Whether a new key pair is due.
    var needsNew = false
    /// Those that a newer one has replaced for long enough that no edge seals to them any more.
    var retiring: [CardKeyID] = []
    /// Those that nothing waiting can be sealed to any more.
    var destroying: [CardKeyID] = []

    /// - Parameters:
    ///   - keys: All that are not destroyed, in any order.
    ///   - life: How long one is sealed to.
    ///   - retention: How long a retired one still opens.
    ///   - overlap: How long edges may take to hear of a new one.
    init(_ keys: [CardKey], life: Duration, retention: Duration, overlap: Duration, at now: Timestamp) {
        let active = keys.filter { $0.retiredAt == nil }.sorted { $0.activatedAt < $1.activatedAt }
        needsNew = active.last.map { $0.activatedAt + life <= now } ?? true
        if let newest = active.last, newest.activatedAt + overlap <= now {
            retiring = active.dropLast().map(\.id)
        }
        destroying = keys.compactMap { key in
            key.retiredAt.flatMap { $0 + retention <= now ? key.id : nil }
        }
    }
}
