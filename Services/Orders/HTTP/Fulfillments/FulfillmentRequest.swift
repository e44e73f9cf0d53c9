import Edge
import FoundationEssentials
import Schema

extension FulfillmentFilter {
    /// Reads the query of `GET /v1/fulfillments`.
    init(_ query: QueryParameters) throws(RequestError) {
        self.init()
        var validation = Validation()
        func text(_ name: String, _ maximum: Int = 255) -> String? {
            validation.optional(query.string(name), name, maximum: maximum)
        }
        let names: [(parameter: String, column: StaticString, maximum: Int)] = [
            ("order_number", "f.order_number", 255), ("fulfillment_number", "f.number", 255),
            ("tracking_number", "f.tracking_number", 255), ("customer_number", "f.customer_number", 255),
            ("fulfillment_type", "f.fulfillment_type", 50), ("shipping_carrier", "f.shipping_carrier", 100),
            ("rma_number", "f.rma_number", 255),
        ]
        for name in names {
            if let value = text(name.parameter, name.maximum) { columns.append((name.column, value)) }
        }
        if let email = text("customer_email") {
            if !email.contains("@") {
                validation.fail(["customer_email"], "invalid_email", "This must be a valid email address.")
            }
            columns.append(("f.customer_email", email.lowercased()))
        }
        if let group = text("shipping_group_number") {
            columns.append(("f.shipping_group", (UUID(uuidString: group) ?? Self.noGroup).uuidString))
        }
        if let status = text("status", 50) {
            // What is no status has no fulfillments either.
            if let known = FulfillmentStatus(apiText: status) {
                self.status = known
            } else {
                columns.append(("f.status", status))
            }
        }
        search = text("search")
        try validation.check()
        sort = try query.choice("sort_by", of: FulfillmentSort.self) ?? .createdAt
        isAscending = try query.choice("sort_order", of: SortOrder.self) == .ascending
    }

    private enum SortOrder: String, CaseIterable {
        case ascending = "asc"
        case descending = "desc"
    }

    /// The group of nothing.
    private static let noGroup = UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))
}
