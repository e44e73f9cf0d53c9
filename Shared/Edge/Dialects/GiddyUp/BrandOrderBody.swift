public import Schema

extension GiddyUp {
    /// An order as the brand API answers and its webhooks send it (`giddyup.md`, "Get Order"). Amounts are decimal
    /// strings; what is unknown is null.
    public struct OrderBody: Encodable, Sendable {
        /// Who reads it.
        public enum Audience: Sendable {
            case brand
            /// Whoever sends the orders ("3PL Fulfillment"): without what becomes of them, and with prices of single pieces
            /// alone.
            case logistics
        }

        private let order: OrderSnapshot
        private let buyer: Buyer?
        private let audience: Audience

        /// - Parameter buyer: the order's buyer, opened from ``OrderSnapshot/buyer``.
        public init(_ order: OrderSnapshot, buyer: Buyer?, for audience: Audience = .brand) {
            self.order = order
            self.buyer = buyer
            self.audience = audience
        }

        /// The order's name in this API: its number, or the id of an order that has none.
        public static func reference(of order: OrderSnapshot) -> String {
            order.checkout?.number ?? order.id.description
        }

        enum CodingKeys: String, CodingKey {
            case id, status, total, subtotal, tax, items, discounts, returns, refunds, shipments, currency
            case affiliateID = "aff_id"
            case firstName = "customer_first_name"
            case lastName = "customer_last_name"
            case addressLine1 = "shipping_address_line1"
            case addressLine2 = "shipping_address_line2"
            case city = "shipping_city"
            case region = "shipping_region"
            case country = "shipping_country"
            case postalCode = "shipping_postal_code"
            case phone = "customer_phone"
            case email = "customer_email"
            case orderedAt = "ordered_at"
            case discountTotal = "discount_total"
            case shippingCost = "shipping_cost"
            case shippingCostTax = "shipping_cost_tax"
            case isVATInclusive = "vat_inclusive"
            case currencyFormat = "currency_format"
            case currencyConversions = "currency_conversions"
        }

        public func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(Self.reference(of: order), forKey: .id)
            try container.encode(
                order.checkout?.attribution.affiliate.flatMap { Int64($0) }, forKey: .affiliateID)
            try encodeBuyer(into: &container)
            try container.encode(order.status == .cancelled ? "cancelled" : "placed", forKey: .status)
            try container.encode(order.orderedAt, forKey: .orderedAt)
            try encodeAmounts(into: &container)
            try container.encode(items, forKey: .items)
            try container.encode(discounts(order.checkout?.discount ?? 0), forKey: .discounts)
            if audience == .brand { try encodeAftersales(into: &container) }
            try container.encode(order.currency.code, forKey: .currency)
            try container.encode(order.checkout?.isTaxIncluded ?? false, forKey: .isVATInclusive)
            try container.encode(CurrencyFormat(order.currency), forKey: .currencyFormat)
            try container.encode([ConversionBody(currency: order.currency.code)], forKey: .currencyConversions)
        }

        private func encodeBuyer(into container: inout KeyedEncodingContainer<CodingKeys>) throws {
            // The buyer of a dealer's site has one name: the first word of it, and the rest.
            let names = (buyer?.name ?? "").split(separator: " ", maxSplits: 1).map(String.init)
            try container.encode(buyer?.firstName ?? names.first, forKey: .firstName)
            try container.encode(buyer?.lastName ?? (names.count > 1 ? names[1] : nil), forKey: .lastName)
            try container.encode(buyer?.addressLine1, forKey: .addressLine1)
            try container.encode(buyer?.addressLine2, forKey: .addressLine2)
            try container.encode(buyer?.city, forKey: .city)
            try container.encode(buyer?.region, forKey: .region)
            try container.encode(buyer?.country, forKey: .country)
            try container.encode(buyer?.postalCode, forKey: .postalCode)
            try container.encode(buyer?.phone, forKey: .phone)
            try container.encode(buyer?.email, forKey: .email)
        }

        private func encodeAftersales(into container: inout KeyedEncodingContainer<CodingKeys>) throws {
            let aftersales = order.aftersales ?? Aftersales()
            try container.encode(aftersales.returns.map { ReturnBody(value: $0) }, forKey: .returns)
            try container.encode(
                aftersales.refunds.map { RefundBody(refund: $0, currency: order.currency) }, forKey: .refunds)
            var shipments = aftersales.shipments
            if shipments.isEmpty, order.status == .cancelled {
                // Nothing will be sent, as the saved "Order Cancelled" says it.
                shipments = [
                    Shipment(
                        referenceID: Self.reference(of: order), status: .cancelled, trackingNumber: nil,
                        trackingURL: nil, carrier: nil, updatedAt: order.updatedAt)
                ]
            }
            try container.encode(shipments.map { ShipmentBody(shipment: $0) }, forKey: .shipments)
        }

        private func encodeAmounts(into container: inout KeyedEncodingContainer<CodingKeys>) throws {
            let checkout = order.checkout
            let discount = checkout?.discount ?? 0
            let shippingTax = checkout?.shippingTax ?? 0
            try container.encode(text(order.total), forKey: .total)
            try container.encode(text(discount), forKey: .discountTotal)
            try container.encode(text((checkout?.subtotal ?? order.total) - discount), forKey: .subtotal)
            try container.encode(text((checkout?.tax ?? 0) - shippingTax), forKey: .tax)
            try container.encode(text(checkout?.shipping ?? 0), forKey: .shippingCost)
            try container.encode(text(shippingTax), forKey: .shippingCostTax)
        }

        private var items: [ItemBody] {
            order.soldItems.map { item in
                let parts = (item.components ?? []).map { part in
                    PartBody(part, discounts: discounts(part.discount), in: order.currency, for: audience)
                }
                return ItemBody(
                    item: item, currency: order.currency, audience: audience, discounts: discounts(item.discount),
                    parts: parts, taxes: taxes(on: item))
            }
        }

        /// Who levies an item's tax. What nobody has told is of the region that it is shipped to; what was levied on an
        /// order that is off is taken back, as the saved "Order Cancelled" shows it.
        private func taxes(on item: SoldItem) -> [TaxBody] {
            guard item.tax != 0 else { return [] }
            let unknown = TaxDetail(
                level: .state, jurisdiction: buyer?.region?.uppercased() ?? "", rate: order.checkout?.taxRate ?? "0",
                tax: item.tax)
            let details = item.taxDetails ?? [unknown]
            let levied = details.map { TaxBody($0, tax: text($0.tax)) }
            return order.status == .cancelled ? levied + details.map { TaxBody($0, tax: text(-$0.tax)) } : levied
        }

        private func discounts(_ amount: Int64) -> [DiscountBody] {
            guard amount > 0 else { return [] }
            return [DiscountBody(code: order.checkout?.couponCode ?? "", amount: text(amount))]
        }

        private func text(_ minorUnits: Int64) -> String {
            Money(minorUnits: minorUnits, currency: order.currency).decimalString
        }
    }
}
