import Schema

/// What a file holds, and how the API takes it.
public enum ImportKind: String, CaseIterable, Codable, Sendable {
    case profiles, sales, stores

    /// The operation that takes it.
    var path: String {
        switch self {
        case .profiles: "/v1/profiles/bulk"
        case .sales: "/v1/sales-events"
        case .stores: "/v1/stores"
        }
    }

    /// Records of one request.
    var recordsPerRequest: Int {
        switch self {
        case .profiles: 256
        case .sales, .stores: 1
        }
    }

    /// Requests under way at once, where nothing else is asked for.
    public var requestsAtOnce: Int {
        switch self {
        case .profiles: 4
        case .sales, .stores: 32
        }
    }

    /// The body of one request.
    func body(of records: [JSONValue]) -> JSONValue {
        switch self {
        case .profiles: ["profiles": .array(records)]
        case .sales, .stores: records.first ?? .null
        }
    }

    /// The columns that a CSV file may have; a `*` stands for any name, a `#` for a number from 0.
    var columns: [String] {
        switch self {
        case .profiles: ["external_id", "phone_number", "first_name", "last_name", "attributes.*"]
        case .stores:
            [
                "external_id", "name", "address.address_line1", "address.address_line2", "address.postal_code",
                "address.locality", "address.administrative_area1", "address.administrative_area2",
                "address.country_code",
            ]
        case .sales:
            [
                "external_id", "type", "occurred_at", "store_id", "profile_id", "currency", "total_amount_cents",
                "total_discount_cents", "total_tax_cents", "source", "loyalty.points_earned", "loyalty.points_spent",
                "loyalty.points_balance", "payments.#.method", "payments.#.amount_cents", "line_items.#.external_id",
                "line_items.#.quantity", "line_items.#.unit", "line_items.#.unit_price_cents",
                "line_items.#.total_price_cents", "line_items.#.discount_cents", "line_items.#.tax_cents",
                "line_items.#.product.external_id", "line_items.#.product.name", "line_items.#.product.properties.*",
                "metadata.*",
            ]
        }
    }
}
