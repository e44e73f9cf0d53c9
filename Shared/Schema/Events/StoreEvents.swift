/// A shop was reported for the first time.
public struct StoreCreated: DescribedEvent {
    public static let name = "store_created"
    public static let version = 2
    public static let topic = Topic.catalogEvents
    public static let summary = "A shop was reported for the first time."

    /// The store as it is now.
    public var store: StoreSnapshot

    /// Makes the event.
    public init(store: StoreSnapshot) { self.store = store }

    enum CodingKeys: String, CodingKey { case store }

    public static var schema: JSONSchema {
        .object([.required(CodingKeys.store, StoreSnapshot.self, "The store as it is now.")])
    }

    public static var example: StoreCreated { StoreCreated(store: .example) }
}

/// What is known of a shop changed.
public struct StoreUpdated: DescribedEvent {
    public static let name = "store_updated"
    public static let version = 2
    public static let topic = Topic.catalogEvents
    public static let summary = "What is known of a shop changed."

    /// The store as it is now.
    public var store: StoreSnapshot

    /// Makes the event.
    public init(store: StoreSnapshot) { self.store = store }

    enum CodingKeys: String, CodingKey { case store }

    public static var schema: JSONSchema {
        .object([.required(CodingKeys.store, StoreSnapshot.self, "The store as it is now.")])
    }

    public static var example: StoreUpdated {
        var store = StoreSnapshot.example
        store.name = "Paris Rivoli Sud"
        store.updatedAt = Examples.updated
        return StoreUpdated(store: store)
    }
}

/// Whether a shop sells.
public struct StoreStatus: ExtensibleEnum {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Open for business.
    public static let active = StoreStatus(rawValue: "active")

    public static let allKnown = [active]
}

/// A shop in full, as its events carry it.
public struct StoreSnapshot: Codable, Hashable, Sendable, SchemaDescribing {
    /// The store's id.
    public var id: StoreID
    /// The retailer's own id of the store, unique in the account.
    public var externalID: String
    /// What people call it.
    public var name: String
    /// Whether it sells.
    public var status: StoreStatus
    /// Where it is, if the retailer said.
    public var address: StoreAddress?
    /// When it was first reported.
    public var createdAt: Timestamp
    /// When it last changed.
    public var updatedAt: Timestamp
    /// What only the clienteling API knows of it, an object by that API's names; may hold personal data, sealed.
    public var retail: Sealed<JSONValue>?

    /// Makes a snapshot from its parts.
    public init(
        id: StoreID, externalID: String, name: String, status: StoreStatus, address: StoreAddress?,
        createdAt: Timestamp, updatedAt: Timestamp
    ) {
        self.id = id
        self.externalID = externalID
        self.name = name
        self.status = status
        self.address = address
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    enum CodingKeys: String, CodingKey {
        case id, name, status, address, retail
        case externalID = "external_id"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
    }

    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.id, StoreID.self, "The store's id."),
            .required(
                CodingKeys.externalID, String.self, "The retailer's own id of the store, unique in the account."),
            .required(CodingKeys.name, String.self, "What people call it."),
            .required(CodingKeys.status, StoreStatus.self, "Whether it sells."),
            .optional(CodingKeys.address, StoreAddress.self, "Where it is, if the retailer said."),
            .required(CodingKeys.createdAt, Timestamp.self, "When it was first reported."),
            .required(CodingKeys.updatedAt, Timestamp.self, "When it last changed."),
            .optional(CodingKeys.retail, Sealed<JSONValue>.self, "What only the clienteling API knows, sealed."),
        ])
    }

    static var example: StoreSnapshot {
        var store = StoreSnapshot(
            id: Examples.store, externalID: "paris-rivoli-01", name: "Paris Rivoli", status: .active,
            address: StoreAddress(
                addressLine1: "1 Rue de Rivoli", addressLine2: "Bâtiment B", postalCode: "75001", locality: "Paris",
                administrativeArea1: "Île-de-France", administrativeArea2: "Paris", countryCode: "FR"),
            createdAt: Examples.created, updatedAt: Examples.created)
        store.retail = Examples.retail
        return store
    }
}

/// Where a shop is.
public struct StoreAddress: Codable, Hashable, Sendable, SchemaDescribing {
    /// Street and number.
    public var addressLine1: String
    /// Building, floor or the like.
    public var addressLine2: String?
    /// The postal code.
    public var postalCode: String
    /// The town.
    public var locality: String
    /// The region or state.
    public var administrativeArea1: String?
    /// The department or county.
    public var administrativeArea2: String?
    /// The country, as ISO 3166-1 alpha-2.
    public var countryCode: String

    /// Makes an address from its parts.
    public init(
        addressLine1: String, addressLine2: String?, postalCode: String, locality: String,
        administrativeArea1: String?, administrativeArea2: String?, countryCode: String
    ) {
        self.addressLine1 = addressLine1
        self.addressLine2 = addressLine2
        self.postalCode = postalCode
        self.locality = locality
        self.administrativeArea1 = administrativeArea1
        self.administrativeArea2 = administrativeArea2
        self.countryCode = countryCode
    }

    enum CodingKeys: String, CodingKey {
        case locality
        case addressLine1 = "address_line1"
        case addressLine2 = "address_line2"
        case postalCode = "postal_code"
        case administrativeArea1 = "administrative_area1"
        case administrativeArea2 = "administrative_area2"
        case countryCode = "country_code"
    }

    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.addressLine1, String.self, "Street and number."),
            .optional(CodingKeys.addressLine2, String.self, "Building, floor or the like."),
            .required(CodingKeys.postalCode, String.self, "The postal code."),
            .required(CodingKeys.locality, String.self, "The town."),
            .optional(CodingKeys.administrativeArea1, String.self, "The region or state."),
            .optional(CodingKeys.administrativeArea2, String.self, "The department or county."),
            .required(CodingKeys.countryCode, String.self, "The country, as ISO 3166-1 alpha-2."),
        ])
    }
}
