import Edge
import Schema

/// The body of Return Items.
struct ReturnItemsRequest: Decodable, Sendable {
    struct Item: Decodable, Sendable {
        let reason: String?
        let quantity: Int?
        let id: Int64?
        let childItemID: Int64?

        enum CodingKeys: String, CodingKey {
            case reason, quantity, id
            case childItemID = "child_item_id"
        }

        fileprivate func check(at path: [String], allowing reasons: [String], in validation: inout Validation) {
            let numbers = [("id", id), ("child_item_id", childItemID), ("quantity", quantity.map(Int64.init))]
            for (name, number) in numbers {
                if number == nil, name != "child_item_id" {
                    validation.fail(path + [name], "required", "This field is required.")
                } else if let number, number < 1 {
                    validation.fail(
                        path + [name], "min_value", "Ensure this value is greater than or equal to 1.")
                } else if let number, name == "quantity", number > BrandLimits.quantity {
                    validation.fail(
                        path + [name], "max_value",
                        "Ensure this value is less than or equal to \(BrandLimits.quantity).")
                }
            }
            // An empty reason and none are read alike, and the saved answer is of an empty one.
            if !reasons.contains(reason ?? "") {
                validation.fail(
                    path + ["reason"], "invalid_choice", "\"\(reason ?? "")\" is not a valid choice.")
            }
        }
    }

    let returnItems: [Item]?

    enum CodingKeys: String, CodingKey { case returnItems = "return_items" }

    /// - Parameter reasons: What the brand allows.
    func items(allowing reasons: [String]) throws(RequestError) -> [ItemReturn] {
        var validation = Validation()
        let given = returnItems ?? []
        if returnItems == nil {
            validation.fail(["return_items"], "required", "This field is required.")
        } else if given.isEmpty {
            validation.fail(["return_items"], "empty", "This list may not be empty.")
        }
        BrandLimits.check(given.count, "return_items", in: &validation)
        for (index, item) in given.prefix(BrandLimits.items).enumerated() {
            item.check(at: ["return_items", "\(index)"], allowing: reasons, in: &validation)
        }
        try validation.check()
        return given.map { item in
            ItemReturn(
                itemID: item.id ?? 0, childItemID: item.childItemID, quantity: item.quantity ?? 0,
                reason: item.reason ?? "", createdAt: .now())
        }
    }
}

/// How much one request may hold. What is within can be added up.
private enum BrandLimits {
    static let items = 1000
    static let quantity = 1_000_000

    static func check(_ count: Int, _ name: String, in validation: inout Validation) {
        guard count > items else { return }
        validation.fail([name], "too_many", "Ensure this field has no more than \(items) elements.")
    }
}

/// The body of Refund Order and of Cancel Order.
struct BrandRefundRequest: Decodable, Sendable {
    struct Item: Decodable, Sendable {
        let amount: DecimalText?
        let quantity: Int?
        let id: Int64?
        /// As the document's prose names it.
        let itemID: Int64?
        /// Of a bundle's part.
        let childItemID: Int64?

        enum CodingKeys: String, CodingKey {
            case amount, quantity, id
            case itemID = "item_id"
            case childItemID = "child_item_id"
        }
    }

    let reason: String?
    let customReason: String?
    let amount: DecimalText?
    let shippingAmount: DecimalText?
    let refundItems: [Item]?

    enum CodingKeys: String, CodingKey {
        case reason, amount
        case customReason = "custom_reason"
        case shippingAmount = "shipping_amount"
        case refundItems = "refund_items"
    }

    /// The reasons that Cancel Order and Refund Order document, in the order in which its refusal lists them.
    static let reasons = [
        "cancel_backorder", "cancel_placed_in_error", "payment_unrecognized_charge", "product_defective",
        "product_not_as_described", "shipping_customs_issue", "shipping_delivery_exception",
        "shipping_lost_in_transit", "shipping_product_not_received", "provider_initiated", "transaction_disputed",
    ]

    /// The reason, one of the documented ones.
    func allowedReason() throws(RequestError) -> String {
        // The document's prose spells one of them in another way than its lists.
        let reason = reason == "payments_unrecognized_charge" ? "payment_unrecognized_charge" : reason ?? ""
        guard !reason.isEmpty else { throw Self.refusal("Missing required field: refund_reason.") }
        guard Self.reasons.contains(reason) else {
            let options = Self.reasons.map { "'\($0)'" }.joined(separator: ", ")
            throw Self.refusal("Specified refund reason is not valid. Options are [\(options)]")
        }
        return reason
    }

    /// What is to be given back.
    func refund(in currency: Currency) throws(RequestError) -> BrandRefund {
        var refund = BrandRefund(reason: try refundReason())
        var validation = Validation()
        if let amount { refund.amount = Self.amount(amount, in: currency, ["amount"], &validation) }
        if let shippingAmount {
            refund.shipping = Self.amount(shippingAmount, in: currency, ["shipping_amount"], &validation)
        }
        let items = refundItems ?? []
        BrandLimits.check(items.count, "refund_items", in: &validation)
        refund.items = items.prefix(BrandLimits.items).enumerated().map { index, item in
            let place = ["refund_items", "\(index)"]
            return RefundedItem(
                itemID: validation.integer(item.id ?? item.itemID, in: 0...Int64.max, "refund_items", "\(index)", "id"),
                childItemID: item.childItemID,
                quantity: validation.integer(
                    item.quantity ?? 1, in: 1...BrandLimits.quantity, "refund_items", "\(index)", "quantity"),
                amount: Self.amount(item.amount, in: currency, place + ["amount"], &validation))
        }
        try validation.check()
        return refund
    }

    /// An amount that can be added to a thousand others.
    private static func amount(
        _ text: DecimalText?, in currency: Currency, _ path: [String], _ validation: inout Validation
    ) -> Int64 {
        var inner = Validation()
        let amount = inner.amount(text, in: currency)
        if amount > Cart.limit { inner.fail([], "invalid_amount", "This amount is too large.") }
        for fault in inner.errors { validation.fail(path, fault.code, fault.message) }
        return min(amount, Cart.limit)
    }

    private func refundReason() throws(RequestError) -> String {
        guard reason == "other" else { return try allowedReason() }
        guard let customReason, !customReason.isEmpty else {
            throw Self.refusal("Missing required field: custom_reason.")
        }
        guard customReason.unicodeScalars.count <= 64 else {
            throw Self.refusal("Ensure custom_reason has no more than 64 characters.")
        }
        return customReason
    }

    private static func refusal(_ message: String) -> RequestError { .rejected(code: "refused", message: message) }
}

/// The body of Shipment Update.
struct ShipmentUpdateRequest: Decodable, Sendable {
    let referenceID: String?
    let status: String?
    let trackingNumber: String?
    let trackingURL: String?
    let carrierName: String?

    enum CodingKeys: String, CodingKey {
        case status
        case referenceID = "reference_id"
        case trackingNumber = "tracking_number"
        case trackingURL = "tracking_url"
        case carrierName = "carrier_name"
    }

    /// The keys of carriers that the document lists.
    static let carriers = [
        "DHL eCommerce", "DHL_ECOMMERCE", "UPS", "USPS", "usps_first_class_mail", "FEDEX", "FEDEX2",
        "ups_ground_saver", "fastway_au_standard", "usps_ground_advantage", "firstmile_xparcel_expedited",
    ]

    /// The shipment; nil for `not_shipped`, which is ignored.
    func shipment() throws(RequestError) -> (reference: String, shipment: Shipment?) {
        var validation = Validation()
        let reference = validation.required(referenceID, "reference_id")
        let number = validation.optional(trackingNumber, "tracking_number")
        let url = validation.optional(trackingURL, "tracking_url", maximum: 2048)
        if let url, !url.hasPrefix("https://"), !url.hasPrefix("http://") {
            validation.fail(["tracking_url"], "invalid_url", "Enter a valid URL.")
        }
        let carrier = validation.optional(carrierName, "carrier_name")
        if let carrier, !Self.carriers.contains(carrier) {
            validation.fail(["carrier_name"], "invalid_choice", "\"\(carrier)\" is not a valid choice.")
        }
        var state: ShipmentStatus?
        switch status {
        case "shipped": state = .shipped
        case "canceled", "cancelled": state = .cancelled
        case "not_shipped": break
        default: validation.fail(["status"], "invalid_choice", "\"\(status ?? "")\" is not a valid choice.")
        }
        if state == .shipped, number == nil {
            validation.fail(["tracking_number"], "required", "This field is required.")
        }
        try validation.check()
        let shipment = state.map { state in
            Shipment(
                referenceID: reference, status: state, trackingNumber: number, trackingURL: url, carrier: carrier,
                updatedAt: .now())
        }
        return (reference, shipment)
    }
}
