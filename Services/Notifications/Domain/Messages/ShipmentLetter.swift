import Schema

/// What a mail about a parcel tells.
struct ShipmentLetter: Codable, Sendable, Equatable {
    struct Item: Codable, Sendable, Equatable {
        let name: String
        let quantity: Int
    }

    /// The order's number.
    let number: String
    let items: [Item]
    let carrier: String?
    let trackingNumber: String?
    /// Where to follow it, http or https.
    let trackingURL: String?

    init(_ fulfillment: FulfillmentSnapshot) {
        number = fulfillment.orderNumber
        items = fulfillment.items.map { Item(name: $0.name, quantity: $0.quantity) }
        carrier = fulfillment.carrier
        trackingNumber = fulfillment.trackingNumber
        trackingURL = fulfillment.trackingURL.flatMap { Self.isLink($0) ? $0 : nil }
    }

    /// Whether it can be followed, and looks like what it is.
    private static func isLink(_ text: String) -> Bool {
        (text.hasPrefix("https://") || text.hasPrefix("http://"))
            && text.utf8.allSatisfy { (0x21...0x7e).contains($0) && !#""<>\^`{|}"#.utf8.contains($0) }
    }
}
