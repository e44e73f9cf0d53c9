import Schema

extension GiddyUp {
    /// An item of an order. The price is of one piece and the subtotal of all, both after the discount, as the saved answers
    /// have them; the price is rounded where the pieces do not share the discount evenly.
    struct ItemBody: Encodable {
        let item: SoldItem
        let currency: Currency
        let audience: OrderBody.Audience
        let discounts: [DiscountBody]
        /// Of a bundle.
        let parts: [PartBody]
        let taxes: [TaxBody]

        enum CodingKeys: String, CodingKey {
            case id, name, sku, quantity, price, subtotal, tax, discounts, items
            case taxDetails = "tax_details"
        }

        func encode(to encoder: any Encoder) throws {
            func text(_ minorUnits: Int64) -> String {
                Money(minorUnits: minorUnits, currency: currency).decimalString
            }
            let subtotal = item.subtotal - item.discount
            let pieces = Int64(max(1, item.quantity))
            let (price, rest) = subtotal.quotientAndRemainder(dividingBy: pieces)
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(item.id, forKey: .id)
            try container.encode(item.name, forKey: .name)
            try container.encode(item.sku, forKey: .sku)
            try container.encode(item.quantity, forKey: .quantity)
            try container.encode(text(rest < pieces - rest ? price : price + 1), forKey: .price)
            if audience == .brand { try container.encode(text(subtotal), forKey: .subtotal) }
            try container.encode(text(item.tax), forKey: .tax)
            try container.encode(discounts, forKey: .discounts)
            try container.encode(parts, forKey: .items)
            try container.encode(taxes, forKey: .taxDetails)
        }
    }

    /// A part of a bundle. Its price and tax are the bundle's, so that they show as nothing; its discount is its share.
    struct PartBody: Encodable {
        let id: Int64
        let name: String
        @Nullable var sku: String?
        let quantity: Int
        let price: String
        /// Left out for whoever sends the orders.
        let subtotal: String?
        let tax: String
        let discounts: [DiscountBody]

        init(
            _ part: SoldComponent, discounts: [DiscountBody], in currency: Currency, for audience: OrderBody.Audience
        ) {
            let nothing = Money(minorUnits: 0, currency: currency).decimalString
            id = part.id
            name = part.name
            sku = part.sku
            quantity = part.quantity
            price = nothing
            subtotal = audience == .brand ? nothing : nil
            tax = nothing
            self.discounts = discounts
        }
    }

    /// A part of an item's tax. Rates have four decimals at least, as in the saved answers.
    struct TaxBody: Encodable {
        let jurisdiction: String
        let taxRate: String
        let tax: String

        init(_ detail: TaxDetail, tax: String) {
            jurisdiction = detail.jurisdiction
            let parts = detail.rate.split(separator: ".", omittingEmptySubsequences: false)
            let decimals = parts.count > 1 ? String(parts[1]) : ""
            taxRate = "\(parts[0])." + decimals + String(repeating: "0", count: max(0, 4 - decimals.count))
            self.tax = tax
        }

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
            // As the saved "Order Cancelled" and Shipment Update spell it.
            let status = shipment.status == .cancelled ? "canceled" : shipment.status.rawValue
            try container.encode(status, forKey: .status)
            try container.encode(shipment.trackingNumber, forKey: .trackingNumber)
            try container.encode(shipment.trackingURL, forKey: .trackingURL)
            try container.encode(shipment.carrier, forKey: .carrierName)
        }
    }
}
