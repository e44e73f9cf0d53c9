public import Schema

/// How a client calls a shop: by the retailer's own id, or by ours. What reads as an id of ours is one.
public enum ShopReference: Equatable, Sendable {
    case id(StoreID)
    case externalID(String)

    public init(_ text: String) {
        self = StoreID(text).map(Self.id) ?? .externalID(text)
    }
}
