/// A listing was offered for sale for the first time.
public struct ListingPublished: DescribedEvent {
    public static let name = "listing_published"
    public static let version = 2
    public static let topic = Topic.catalogEvents
    public static let summary = "A listing was offered for sale for the first time."

    /// The listing as it is now.
    public var listing: ListingSnapshot

    /// Makes the event.
    public init(listing: ListingSnapshot) { self.listing = listing }

    enum CodingKeys: String, CodingKey { case listing }

    public static var schema: JSONSchema {
        .object([.required(CodingKeys.listing, ListingSnapshot.self, "The listing as it is now.")])
    }

    public static var example: ListingPublished { ListingPublished(listing: .example) }
}

/// A listing changed: its text, its price, its status or its stock.
public struct ListingUpdated: DescribedEvent {
    public static let name = "listing_updated"
    public static let version = 2
    public static let topic = Topic.catalogEvents
    public static let summary = "A listing changed: its text, its price, its status or its stock."

    /// The listing as it is now.
    public var listing: ListingSnapshot

    /// Makes the event.
    public init(listing: ListingSnapshot) { self.listing = listing }

    enum CodingKeys: String, CodingKey { case listing }

    public static var schema: JSONSchema {
        .object([.required(CodingKeys.listing, ListingSnapshot.self, "The listing as it is now.")])
    }

    public static var example: ListingUpdated { ListingUpdated(listing: .example) }
}

/// The last piece of a listing was sold.
public struct ListingSold: DescribedEvent {
    public static let name = "listing_sold"
    public static let version = 2
    public static let topic = Topic.catalogEvents
    public static let summary = "The last piece of a listing was sold."

    /// The listing as it is now.
    public var listing: ListingSnapshot

    /// Makes the event.
    public init(listing: ListingSnapshot) { self.listing = listing }

    enum CodingKeys: String, CodingKey { case listing }

    public static var schema: JSONSchema {
        .object([.required(CodingKeys.listing, ListingSnapshot.self, "The listing as it is now.")])
    }

    public static var example: ListingSold {
        var listing = ListingSnapshot.example
        listing.status = .sold
        listing.available = 0
        return ListingSold(listing: listing)
    }
}
