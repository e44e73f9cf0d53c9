/// An order was given all the stock it asked for. The subject is the order.
public struct StockAllocated: DescribedEvent {
    public static let name = "stock_allocated"
    public static let version = 1
    public static let topic = Topic.catalogEvents
    public static let summary = "An order was given all the stock it asked for. The subject is the order."

    /// The order.
    public var orderID: ID<Order>
    /// Which listing serves which line.
    public var allocations: [StockAllocation]

    /// Makes the event.
    public init(orderID: ID<Order>, allocations: [StockAllocation]) {
        self.orderID = orderID
        self.allocations = allocations
    }

    enum CodingKeys: String, CodingKey {
        case orderID = "order_id"
        case allocations
    }

    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.orderID, ID<Order>.self, "The order."),
            .required(CodingKeys.allocations, [StockAllocation].self, "Which listing serves which line."),
        ])
    }

    public static var example: StockAllocated {
        StockAllocated(orderID: Examples.order, allocations: [.example])
    }
}

/// An order could not be served and holds no stock. The subject is the order.
public struct StockUnavailable: DescribedEvent {
    public static let name = "stock_unavailable"
    public static let version = 1
    public static let topic = Topic.catalogEvents
    public static let summary = "An order could not be served and holds no stock. The subject is the order."

    /// The order.
    public var orderID: ID<Order>
    /// Why it could not be served.
    public var reason: StockShortage

    /// Makes the event.
    public init(orderID: ID<Order>, reason: StockShortage) {
        self.orderID = orderID
        self.reason = reason
    }

    enum CodingKeys: String, CodingKey {
        case orderID = "order_id"
        case reason
    }

    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.orderID, ID<Order>.self, "The order."),
            .required(CodingKeys.reason, StockShortage.self, "Why it could not be served."),
        ])
    }

    public static var example: StockUnavailable {
        StockUnavailable(orderID: Examples.order, reason: .outOfStock)
    }
}

/// The stock that an order held is available again. The subject is the order.
public struct StockReleased: DescribedEvent {
    public static let name = "stock_released"
    public static let version = 1
    public static let topic = Topic.catalogEvents
    public static let summary = "The stock that an order held is available again. The subject is the order."

    /// The order.
    public var orderID: ID<Order>

    /// Makes the event.
    public init(orderID: ID<Order>) { self.orderID = orderID }

    enum CodingKeys: String, CodingKey { case orderID = "order_id" }

    public static var schema: JSONSchema {
        .object([.required(CodingKeys.orderID, ID<Order>.self, "The order.")])
    }

    public static var example: StockReleased { StockReleased(orderID: Examples.order) }
}

/// The part of a listing's stock that one line of an order holds. A line may hold stock of several listings.
///
/// It names the listing by its id, since an event carries up to thousands of these.
public struct StockAllocation: Codable, Hashable, Sendable, SchemaDescribing {
    /// The index of the order's line, from 0.
    public var line: Int
    /// The listing that serves it.
    public var listingID: ID<Listing>
    /// The dealer's own id of the item; sent no more.
    public var externalID: String?
    /// The dealer's stock keeping unit; sent no more.
    public var sku: String?
    /// How many pieces the line holds of it.
    public var quantity: Int

    /// Makes an allocation for the order's line of that index, from 0.
    public init(line: Int, listingID: ID<Listing>, quantity: Int) {
        self.line = line
        self.listingID = listingID
        self.quantity = quantity
    }

    enum CodingKeys: String, CodingKey {
        case line, sku, quantity
        case listingID = "listing_id"
        case externalID = "external_id"
    }

    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.line, Int.self, "The index of the order's line, from 0."),
            .required(CodingKeys.listingID, ID<Listing>.self, "The listing that serves it."),
            .optional(CodingKeys.externalID, String.self, "The dealer's own id of the item; sent no more."),
            .optional(CodingKeys.sku, String.self, "The dealer's stock keeping unit; sent no more."),
            .required(CodingKeys.quantity, Int.self, "How many pieces the line holds of it."),
        ])
    }

    static var example: StockAllocation {
        var allocation = StockAllocation(line: 0, listingID: Examples.listing, quantity: 1)
        allocation.externalID = "watch-1001"
        allocation.sku = "SUB-126610LN"
        return allocation
    }
}

/// Why an order could not be served.
public struct StockShortage: ExtensibleEnum {
    /// The name in JSON.
    public let rawValue: String
    /// Takes any name, known or not.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// A line names nothing that is listed.
    public static let noMatchingListing = StockShortage(rawValue: "no_matching_listing")
    /// A listing has fewer pieces available than a line asks for.
    public static let outOfStock = StockShortage(rawValue: "out_of_stock")

    /// The names known today.
    public static let allKnown: [StockShortage] = [.noMatchingListing, .outOfStock]
}
