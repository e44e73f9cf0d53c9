public import Schema

extension GiddyUp {
    /// An order as the brand API answers and its webhooks send it (`giddyup.md`, "Get Order"). Amounts are decimal
    /// strings; what is unknown is null.
    public struct OrderBody: Encodable, Sendable {
        private let order: OrderSnapshot
        private let buyer: Buyer?

        /// - Parameter buyer: the order's buyer, opened from ``OrderSnapshot/buyer``.
        public init(_ order: OrderSnapshot, buyer: Buyer?) {
            self.order = order
            self.buyer = buyer
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
            let aftersales = order.aftersales ?? Aftersales()
            try container.encode(items, forKey: .items)
            try container.encode(discounts(order.checkout?.discount ?? 0), forKey: .discounts)
            try container.encode(aftersales.returns.map { ReturnBody(value: $0) }, forKey: .returns)
            try container.encode(
                aftersales.refunds.map { RefundBody(refund: $0, currency: order.currency) }, forKey: .refunds)
            try container.encode(aftersales.shipments.map { ShipmentBody(shipment: $0) }, forKey: .shipments)
            try container.encode(order.currency.code, forKey: .currency)
            try container.encode(false, forKey: .isVATInclusive)
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

        private func encodeAmounts(into container: inout KeyedEncodingContainer<CodingKeys>) throws {
            let checkout = order.checkout
            let discount = checkout?.discount ?? 0
            try container.encode(text(order.total), forKey: .total)
            try container.encode(text(discount), forKey: .discountTotal)
            try container.encode(text((checkout?.subtotal ?? order.total) - discount), forKey: .subtotal)
            try container.encode(text(checkout?.tax ?? 0), forKey: .tax)
            try container.encode(text(checkout?.shipping ?? 0), forKey: .shippingCost)
            try container.encode(text(0), forKey: .shippingCostTax)
        }

        private var items: [ItemBody] {
            let sold =
                order.checkout?.items
                ?? order.lineItems.enumerated().map { index, line in
                    SoldItem(
                        id: Int64(index) + 1, name: line.sku ?? line.externalID ?? "", sku: line.sku,
                        quantity: line.quantity, unitPrice: line.unitAmount,
                        subtotal: line.unitAmount * Int64(line.quantity), tax: 0, discount: 0)
                }
            return sold.map { item in
                ItemBody(
                    item: item, currency: order.currency, discounts: discounts(item.discount),
                    jurisdiction: buyer?.region,
                    taxRate: order.checkout?.taxRate)
            }
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
