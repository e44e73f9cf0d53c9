public import Schema

/// What a dealer publishes of a listing.
public struct ListingContent: Equatable, Sendable {
    /// The dealer's own name of the item, unique within the account.
    public let externalID: String
    public let sku: String?
    /// False when the dealer has withdrawn the item.
    public let isOffered: Bool
    public let description: String?
    public let price: Money
    /// Stock, in pieces, before any order took of it.
    public let quantity: Int
    public let photos: [ListingPhoto]
    public let watch: WatchDetails

    public init(
        externalID: String, sku: String?, isOffered: Bool, description: String?, price: Money, quantity: Int,
        photos: [ListingPhoto], watch: WatchDetails
    ) {
        self.externalID = externalID
        self.sku = sku
        self.isOffered = isOffered
        self.description = description
        self.price = price
        self.quantity = quantity
        self.photos = photos
        self.watch = watch
    }
}
