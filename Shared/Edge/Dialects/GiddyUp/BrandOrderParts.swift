import Schema

extension GiddyUp {
    /// An item of an order. The price is of one piece, the subtotal of all of them after the discount.
    struct ItemBody: Encodable {
        let item: SoldItem
        let currency: Currency
        let discounts: [DiscountBody]
        /// Where the tax is due, and its rate as decimal text.
        let jurisdiction: String?
        let taxRate: String?

        enum CodingKeys: String, CodingKey {
            case id, name, sku, quantity, price, subtotal, tax, discounts, items
            case taxDetails = "tax_details"
        }

        func encode(to encoder: any Encoder) throws {
            func text(_ minorUnits: Int64) -> String {
                Money(minorUnits: minorUnits, currency: currency).decimalString
            }
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(item.id, forKey: .id)
            try container.encode(item.name, forKey: .name)
            try container.encode(item.sku, forKey: .sku)
            try container.encode(item.quantity, forKey: .quantity)
            try container.encode(text(item.unitPrice), forKey: .price)
            try container.encode(text(item.subtotal - item.discount), forKey: .subtotal)
            try container.encode(text(item.tax), forKey: .tax)
            try container.encode(discounts, forKey: .discounts)
            try container.encode([String](), forKey: .items)
            let taxes =
                item.tax == 0
                ? [] : [TaxBody(jurisdiction: jurisdiction ?? "", taxRate: taxRate ?? "0", tax: text(item.tax))]
            try container.encode(taxes, forKey: .taxDetails)
        }
    }

    struct TaxBody: Encodable {
        let jurisdiction: String
        let taxRate: String
        let tax: String

        enum CodingKeys: String, CodingKey {
            case jurisdiction, tax
            case taxRate = "tax_rate"
        }
    }

    struct DiscountBody: Encodable {
        let code: String
        let amount: String
    }

    /// Amounts are shown in the order's own currency alone.
    struct ConversionBody: Encodable {
        let currency: String
        let rate = "1.000000000000000"
    }

    struct ReturnBody: Encodable {
        let value: ItemReturn

        enum CodingKeys: String, CodingKey {
            case quantity, reason
            case itemID = "item_id"
            case childItemID = "child_item_id"
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(value.itemID, forKey: .itemID)
            try container.encode(value.childItemID, forKey: .childItemID)
            try container.encode(value.quantity, forKey: .quantity)
            try container.encode(value.reason, forKey: .reason)
        }
    }

    struct RefundBody: Encodable {
        let refund: OrderRefund
        let currency: Currency

        enum CodingKeys: String, CodingKey {
            case id, amount, status, reason
            case transactionID = "transaction_id"
            case shippingAmount = "shipping_amount"
            case createdAt = "created_at"
        }

        func encode(to encoder: any Encoder) throws {
            func text(_ minorUnits: Int64) -> String {
                Money(minorUnits: minorUnits, currency: currency).decimalString
            }
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(refund.id, forKey: .id)
            // The counter at the number's end is unique by itself.
            let counter = refund.transactionNumber?.split(separator: "-").last.flatMap { Int64($0) }
            try container.encode(counter, forKey: .transactionID)
            try container.encode(text(refund.amount), forKey: .amount)
            try container.encode(text(refund.shipping), forKey: .shippingAmount)
            try container.encode(refund.status.rawValue, forKey: .status)
            try container.encode(refund.reason, forKey: .reason)
            try container.encode(refund.createdAt, forKey: .createdAt)
        }
    }

    struct ShipmentBody: Encodable {
        let shipment: Shipment

        enum CodingKeys: String, CodingKey {
            case status
            case referenceID = "reference_id"
            case trackingNumber = "tracking_number"
            case trackingURL = "tracking_url"
            case carrierName = "carrier_name"
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(shipment.referenceID, forKey: .referenceID)
            try container.encode(shipment.status.rawValue, forKey: .status)
            try container.encode(shipment.trackingNumber, forKey: .trackingNumber)
            try container.encode(shipment.trackingURL, forKey: .trackingURL)
            try container.encode(shipment.carrier, forKey: .carrierName)
        }
    }
}
