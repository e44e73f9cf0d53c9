/// A parcel, as whoever sends it reports it.
public struct Shipment: Codable, Hashable, Sendable, SchemaDescribing {
    /// The sender's name for it.
    public var referenceID: String
    /// How far it has come.
    public var status: ShipmentStatus
    /// The carrier's number.
    public var trackingNumber: String?
    /// Where to follow it.
    public var trackingURL: String?
    /// Who carries it.
    public var carrier: String?
    /// When that was reported.
    public var updatedAt: Timestamp

    /// Makes a shipment from its parts.
    public init(
        referenceID: String, status: ShipmentStatus, trackingNumber: String?, trackingURL: String?, carrier: String?,
        updatedAt: Timestamp
    ) {
        self.referenceID = referenceID
        self.status = status
        self.trackingNumber = trackingNumber
        self.trackingURL = trackingURL
        self.carrier = carrier
        self.updatedAt = updatedAt
    }

    enum CodingKeys: String, CodingKey {
        case status, carrier
        case referenceID = "reference_id"
        case trackingNumber = "tracking_number"
        case trackingURL = "tracking_url"
        case updatedAt = "updated_at"
    }

    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.referenceID, String.self, "The sender's name for it."),
            .required(CodingKeys.status, ShipmentStatus.self, "How far it has come."),
            .optional(CodingKeys.trackingNumber, String.self, "The carrier's number."),
            .optional(CodingKeys.trackingURL, String.self, "Where to follow it."),
            .optional(CodingKeys.carrier, String.self, "Who carries it."),
            .required(CodingKeys.updatedAt, Timestamp.self, "When that was reported."),
        ])
    }
}

/// How far a parcel has come.
public struct ShipmentStatus: ExtensibleEnum {
    /// The name in JSON.
    public let rawValue: String
    /// Takes any name, known or not.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// It is on its way.
    public static let shipped = ShipmentStatus(rawValue: "shipped")
    /// It is not sent after all.
    public static let cancelled = ShipmentStatus(rawValue: "cancelled")

    /// The names known today.
    public static let allKnown: [ShipmentStatus] = [.shipped, .cancelled]
}
