public import FoundationEssentials

/// A listing in full, as its events carry it.
public struct ListingSnapshot: Codable, Hashable, Sendable {
    /// The listing's id.
    public var id: ID<Listing>
    /// The dealer's own id of the item, unique in the account.
    public var externalID: String
    /// The dealer's stock keeping unit.
    public var sku: String?
    /// Whether it can be bought.
    public var status: ListingStatus
    /// Free text.
    public var description: String?
    /// The asking price of one.
    public var price: Money
    /// Pieces in stock, including those that orders hold.
    public var quantity: Int
    /// Pieces that no order holds.
    public var available: Int
    /// Photos in the order to show them.
    public var photos: [ListingPhoto]
    /// What is known of the watch.
    public var watch: WatchDetails
    /// When it was first published.
    public var createdAt: Timestamp
    /// When it last changed.
    public var updatedAt: Timestamp
    /// What only the clienteling API knows of it, an object by that API's names; may hold personal data, sealed.
    public var retail: Sealed<JSONValue>?

    /// Makes a snapshot from its parts.
    public init(
        id: ID<Listing>, externalID: String, sku: String?, status: ListingStatus, description: String?, price: Money,
        quantity: Int, available: Int, photos: [ListingPhoto], watch: WatchDetails, createdAt: Timestamp,
        updatedAt: Timestamp
    ) {
        self.id = id
        self.externalID = externalID
        self.sku = sku
        self.status = status
        self.description = description
        self.price = price
        self.quantity = quantity
        self.available = available
        self.photos = photos
        self.watch = watch
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    enum CodingKeys: String, CodingKey {
        case id, sku, status, description, price, quantity, available, photos, watch, retail
        case externalID = "external_id"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
    }
}

extension ListingSnapshot: SchemaDescribing {
    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.id, ID<Listing>.self, "The listing's id."),
            .required(CodingKeys.externalID, String.self, "The dealer's own id of the item, unique in the account."),
            .optional(CodingKeys.sku, String.self, "The dealer's stock keeping unit."),
            .required(CodingKeys.status, ListingStatus.self, "Whether it can be bought."),
            .optional(CodingKeys.description, String.self, "Free text."),
            .required(CodingKeys.price, Money.self, "The asking price of one."),
            .required(CodingKeys.quantity, Int.self, "Pieces in stock, including those that orders hold."),
            .required(CodingKeys.available, Int.self, "Pieces that no order holds."),
            .required(CodingKeys.photos, [ListingPhoto].self, "Photos in the order to show them."),
            .required(CodingKeys.watch, WatchDetails.self, "What is known of the watch."),
            .required(CodingKeys.createdAt, Timestamp.self, "When it was first published."),
            .required(CodingKeys.updatedAt, Timestamp.self, "When it last changed."),
            .optional(CodingKeys.retail, Sealed<JSONValue>.self, "What only the clienteling API knows, sealed."),
        ])
    }

    static var example: ListingSnapshot {
        var listing = ListingSnapshot(
            id: Examples.listing, externalID: "watch-1001", sku: "SUB-126610LN", status: .active,
            description: "Unworn, with box and papers.", price: Money(minorUnits: 1_249_900, currency: .eur),
            quantity: 2, available: 1, photos: [ListingPhoto(url: "https://dealer.example/1.jpg", order: 0)],
            watch: .example, createdAt: Examples.created, updatedAt: Examples.updated)
        listing.retail = Examples.retail
        return listing
    }
}

/// Whether a listing can be bought.
public struct ListingStatus: ExtensibleEnum {
    /// The name in JSON.
    public let rawValue: String
    /// Takes any name, known or not.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// It is for sale.
    public static let active = ListingStatus(rawValue: "active")
    /// All of it is sold.
    public static let sold = ListingStatus(rawValue: "sold")
    /// The dealer took it off.
    public static let inactive = ListingStatus(rawValue: "inactive")

    /// The names known today.
    public static let allKnown: [ListingStatus] = [.active, .sold, .inactive]
}

/// A photo of a listing.
public struct ListingPhoto: Codable, Hashable, Sendable, SchemaDescribing {
    /// Where the picture is.
    public var url: String
    /// Its place among the photos, from 0.
    public var order: Int

    /// Makes a photo that is shown at the given place, from 0.
    public init(url: String, order: Int) {
        self.url = url
        self.order = order
    }

    enum CodingKeys: String, CodingKey {
        case url, order
    }

    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.url, String.self, "Where the picture is."),
            .required(CodingKeys.order, Int.self, "Its place among the photos, from 0."),
        ])
    }
}

/// What is known of a watch.
public struct WatchDetails: Codable, Hashable, Sendable {
    /// The maker.
    public var brand: String?
    /// The model.
    public var model: String?
    /// The maker's reference number.
    public var reference: String?
    /// The year of make.
    public var year: Int?
    /// Its condition in the dealer's words.
    public var condition: String?
    /// What the case is made of.
    public var caseMaterial: String?
    /// The case's diameter in millimetres.
    public var caseSizeMM: Decimal?
    /// The colour of the dial.
    public var dialColor: String?
    /// Automatic, manual, quartz …
    public var movementType: String?
    /// What it shows besides the time.
    public var complications: [String]?
    /// What comes with it, such as box and papers.
    public var watchSet: String?

    /// Makes the details from what is known.
    public init(
        brand: String? = nil, model: String? = nil, reference: String? = nil, year: Int? = nil,
        condition: String? = nil, caseMaterial: String? = nil, caseSizeMM: Decimal? = nil, dialColor: String? = nil,
        movementType: String? = nil, complications: [String]? = nil, watchSet: String? = nil
    ) {
        self.brand = brand
        self.model = model
        self.reference = reference
        self.year = year
        self.condition = condition
        self.caseMaterial = caseMaterial
        self.caseSizeMM = caseSizeMM
        self.dialColor = dialColor
        self.movementType = movementType
        self.complications = complications
        self.watchSet = watchSet
    }

    enum CodingKeys: String, CodingKey {
        case brand, model, reference, year, condition, complications
        case caseMaterial = "case_material"
        case caseSizeMM = "case_size_mm"
        case dialColor = "dial_color"
        case movementType = "movement_type"
        case watchSet = "watch_set"
    }
}

extension WatchDetails: SchemaDescribing {
    public static var schema: JSONSchema {
        .object([
            .optional(CodingKeys.brand, String.self, "The maker."),
            .optional(CodingKeys.model, String.self, "The model."),
            .optional(CodingKeys.reference, String.self, "The maker's reference number."),
            .optional(CodingKeys.year, Int.self, "The year of make."),
            .optional(CodingKeys.condition, String.self, "Its condition in the dealer's words."),
            .optional(CodingKeys.caseMaterial, String.self, "What the case is made of."),
            .optional(CodingKeys.caseSizeMM, Decimal.self, "The case's diameter in millimetres."),
            .optional(CodingKeys.dialColor, String.self, "The colour of the dial."),
            .optional(CodingKeys.movementType, String.self, "Automatic, manual, quartz …"),
            .optional(CodingKeys.complications, [String].self, "What it shows besides the time."),
            .optional(CodingKeys.watchSet, String.self, "What comes with it, such as box and papers."),
        ])
    }

    static var example: WatchDetails {
        WatchDetails(
            brand: "Rolex", model: "Submariner Date", reference: "126610LN", year: 2023, condition: "unworn",
            caseMaterial: "steel", caseSizeMM: Decimal(sign: .plus, exponent: -1, significand: 405), dialColor: "black",
            movementType: "automatic", complications: ["date"], watchSet: "box and papers")
    }
}
