public import Schema

extension WatchTraderHub {
    /// An order as the dealer API answers and webhooks send it. Amounts are minor units; what is unknown is null.
    public struct OrderBody: Encodable, Sendable {
        private let order: OrderSnapshot
        private let buyer: Buyer?

        /// - Parameter buyer: the order's buyer, opened from ``OrderSnapshot/buyer``.
        public init(_ order: OrderSnapshot, buyer: Buyer?) {
            self.order = order
            self.buyer = buyer
        }

        enum CodingKeys: String, CodingKey {
            case object, id, status, currency, buyer
            case channelOrderID = "channel_order_id"
            case externalID = "external_id"
            case totalAmount = "total_amount"
            case lineItems = "line_items"
            case orderedAt = "ordered_at"
            case createdAt = "created_at"
        }

        public func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode("order", forKey: .object)
            try container.encode(order.id, forKey: .id)
            try container.encode(order.channelOrderID, forKey: .channelOrderID)
            try container.encode(order.externalID, forKey: .externalID)
            try container.encode(order.status.rawValue, forKey: .status)
            try container.encode(order.currency.code, forKey: .currency)
            try container.encode(order.total, forKey: .totalAmount)
            try container.encode(order.lineItems.map(LineItemBody.init), forKey: .lineItems)
            try container.encode(buyer.map(BuyerBody.init), forKey: .buyer)
            try container.encode(order.orderedAt, forKey: .orderedAt)
            try container.encode(order.createdAt, forKey: .createdAt)
        }
    }

    private struct LineItemBody: Encodable {
        let line: OrderLine

        enum CodingKeys: String, CodingKey {
            case sku, quantity
            case externalID = "external_id"
            case unitAmount = "unit_amount"
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(line.externalID, forKey: .externalID)
            try container.encode(line.sku, forKey: .sku)
            try container.encode(line.quantity, forKey: .quantity)
            try container.encode(line.unitAmount, forKey: .unitAmount)
        }
    }

    private struct BuyerBody: Encodable {
        let buyer: Buyer

        enum CodingKeys: String, CodingKey {
            case name, email, phone, city, region, country
            case addressLine1 = "address_line1"
            case addressLine2 = "address_line2"
            case postalCode = "postal_code"
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(buyer.name, forKey: .name)
            try container.encode(buyer.email, forKey: .email)
            try container.encode(buyer.phone, forKey: .phone)
            try container.encode(buyer.addressLine1, forKey: .addressLine1)
            try container.encode(buyer.addressLine2, forKey: .addressLine2)
            try container.encode(buyer.city, forKey: .city)
            try container.encode(buyer.region, forKey: .region)
            try container.encode(buyer.postalCode, forKey: .postalCode)
            try container.encode(buyer.country, forKey: .country)
        }
    }
}
