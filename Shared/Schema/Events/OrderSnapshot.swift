/// An order, as its events carry it. All amounts are minor units of ``currency``.
public struct OrderSnapshot: Codable, Hashable, Sendable {
    /// The order's id.
    public var id: ID<Order>
    /// The selling site's order number, unique in the account.
    public var channelOrderID: String
    /// The selling site's own id of the order.
    public var externalID: String?
    /// How far the order has come.
    public var status: OrderStatus
    /// The currency of all amounts.
    public var currency: Currency
    /// The whole amount in minor units.
    public var total: Int64
    /// What was ordered.
    public var lineItems: [OrderLine]
    /// Who ordered; personal data, sealed.
    public var buyer: Sealed<Buyer>?
    /// What the selling site attached. Read from events of version 1 and sent no more: it may hold personal data.
    public var metadata: JSONValue?
    /// When the buyer ordered, says the selling site.
    public var orderedAt: Timestamp
    /// When the order was received.
    public var createdAt: Timestamp
    /// When it last changed.
    public var updatedAt: Timestamp
    /// What an order of the checkout has besides; none for the others.
    public var checkout: CheckoutSummary?
    /// What has become of it since; none while there is nothing.
    public var aftersales: Aftersales?
    /// What only the clienteling API knows of it, an object by that API's names; may hold personal data, sealed.
    public var retail: Sealed<JSONValue>?

    /// Makes a snapshot from its parts.
    public init(
        id: ID<Order>, channelOrderID: String, externalID: String?, status: OrderStatus, currency: Currency,
        total: Int64, lineItems: [OrderLine], buyer: Sealed<Buyer>?, orderedAt: Timestamp, createdAt: Timestamp,
        updatedAt: Timestamp, checkout: CheckoutSummary? = nil
    ) {
        self.id = id
        self.channelOrderID = channelOrderID
        self.externalID = externalID
        self.status = status
        self.currency = currency
        self.total = total
        self.lineItems = lineItems
        self.buyer = buyer
        self.orderedAt = orderedAt
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.checkout = checkout
    }

    /// The items with their numbers. Those of an order that is not of the checkout are numbered from 1, as it has no number
    /// itself.
    public var soldItems: [SoldItem] {
        checkout?.items
            ?? lineItems.enumerated().map { index, line in
                SoldItem(
                    id: Int64(index) + 1, name: line.name ?? line.sku ?? line.externalID ?? "", sku: line.sku,
                    quantity: line.quantity, unitPrice: line.unitAmount,
                    subtotal: line.unitAmount * Int64(line.quantity), tax: 0, discount: 0)
            }
    }

    /// ``total`` with its currency.
    public var totalAmount: Money { Money(minorUnits: total, currency: currency) }

    enum CodingKeys: String, CodingKey {
        case id, status, currency, total, buyer, metadata, checkout, aftersales, retail
        case channelOrderID = "channel_order_id"
        case externalID = "external_id"
        case lineItems = "line_items"
        case orderedAt = "ordered_at"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
    }
}

extension OrderSnapshot: SchemaDescribing {
    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.id, ID<Order>.self, "The order's id."),
            .required(
                CodingKeys.channelOrderID, String.self, "The selling site's order number, unique in the account."),
            .optional(CodingKeys.externalID, String.self, "The selling site's own id of the order."),
            .required(CodingKeys.status, OrderStatus.self, "How far the order has come."),
            .required(CodingKeys.currency, Currency.self, "The currency of all amounts."),
            .required(CodingKeys.total, Int64.self, "The whole amount in minor units."),
            .required(CodingKeys.lineItems, [OrderLine].self, "What was ordered."),
            .optional(CodingKeys.buyer, Sealed<Buyer>.self, "Who ordered; personal data, sealed."),
            .optional(CodingKeys.metadata, JSONValue.self, "What the selling site attached; sent no more."),
            .required(CodingKeys.orderedAt, Timestamp.self, "When the buyer ordered, says the selling site."),
            .required(CodingKeys.createdAt, Timestamp.self, "When the order was received."),
            .required(CodingKeys.updatedAt, Timestamp.self, "When it last changed."),
            .optional(
                CodingKeys.checkout, CheckoutSummary.self,
                "What an order of the checkout has besides; none for the others."),
            .optional(CodingKeys.aftersales, Aftersales.self, "What has become of it since."),
            .optional(CodingKeys.retail, Sealed<JSONValue>.self, "What only the clienteling API knows, sealed."),
        ])
    }

    static var example: OrderSnapshot {
        var order = OrderSnapshot(
            id: Examples.order, channelOrderID: "WEB-1001", externalID: "1001", status: .pending, currency: .eur,
            total: 1_249_900,
            lineItems: [
                OrderLine(
                    externalID: "watch-1001", sku: "SUB-126610LN", name: "Submariner Date", quantity: 1,
                    unitAmount: 1_249_900)
            ],
            buyer: Examples.buyer, orderedAt: Examples.created, createdAt: Examples.created,
            updatedAt: Examples.updated, checkout: .example)
        order.aftersales = .example
        order.retail = Examples.retail
        order.metadata = ["campaign": "spring", "visits": 3]
        return order
    }

    static func checkoutExample(status: String) -> OrderSnapshot {
        var order = example
        order.checkout?.status = status
        return order
    }
}

/// How far an order has come.
public struct OrderStatus: ExtensibleEnum {
    /// The name in JSON.
    public let rawValue: String
    /// Takes any name, known or not.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// It was received and waits for stock.
    public static let pending = OrderStatus(rawValue: "pending")
    /// All its lines hold stock.
    public static let matched = OrderStatus(rawValue: "matched")
    /// There is no stock for it.
    public static let unmatched = OrderStatus(rawValue: "unmatched")
    /// It was called off.
    public static let cancelled = OrderStatus(rawValue: "cancelled")

    /// The names known today.
    public static let allKnown: [OrderStatus] = [.pending, .matched, .unmatched, .cancelled]
}

/// A line of an order. It names its listing by the dealer's id, by stock keeping unit, or both.
public struct OrderLine: Codable, Hashable, Sendable, SchemaDescribing {
    /// The dealer's own id of the item.
    public var externalID: String?
    /// The dealer's stock keeping unit.
    public var sku: String?
    /// What it is called, where that is known.
    public var name: String?
    /// How many pieces.
    public var quantity: Int
    /// The price of one in minor units of the order's currency.
    public var unitAmount: Int64

    /// Makes a line; the amount is in minor units of the order's currency.
    public init(externalID: String?, sku: String?, name: String? = nil, quantity: Int, unitAmount: Int64) {
        self.externalID = externalID
        self.sku = sku
        self.name = name
        self.quantity = quantity
        self.unitAmount = unitAmount
    }

    enum CodingKeys: String, CodingKey {
        case sku, name, quantity
        case externalID = "external_id"
        case unitAmount = "unit_amount"
    }

    public static var schema: JSONSchema {
        .object([
            .optional(CodingKeys.externalID, String.self, "The dealer's own id of the item."),
            .optional(CodingKeys.sku, String.self, "The dealer's stock keeping unit."),
            .optional(CodingKeys.name, String.self, "What it is called, where that is known."),
            .required(CodingKeys.quantity, Int.self, "How many pieces."),
            .required(CodingKeys.unitAmount, Int64.self, "The price of one in minor units of the order's currency."),
        ])
    }
}

/// Who ordered: personal data, which leaves its service only as ``Sealed``.
public struct Buyer: Codable, Hashable, Sendable, SchemaDescribing {
    /// The full name.
    public var name: String?
    /// The first name, where the channel tells it apart.
    public var firstName: String?
    /// The last name, where the channel tells it apart.
    public var lastName: String?
    /// The mail address.
    public var email: String?
    /// The telephone number.
    public var phone: String?
    /// Street and number.
    public var addressLine1: String?
    /// Flat, floor or company.
    public var addressLine2: String?
    /// The town.
    public var city: String?
    /// The state or province.
    public var region: String?
    /// The postal code.
    public var postalCode: String?
    /// The country.
    public var country: String?

    /// Makes a buyer from what is known.
    public init(
        name: String? = nil, email: String? = nil, phone: String? = nil, addressLine1: String? = nil,
        addressLine2: String? = nil, city: String? = nil, region: String? = nil, postalCode: String? = nil,
        country: String? = nil
    ) {
        self.name = name
        self.email = email
        self.phone = phone
        self.addressLine1 = addressLine1
        self.addressLine2 = addressLine2
        self.city = city
        self.region = region
        self.postalCode = postalCode
        self.country = country
    }

    enum CodingKeys: String, CodingKey {
        case name, email, phone, city, region, country
        case firstName = "first_name"
        case lastName = "last_name"
        case addressLine1 = "address_line1"
        case addressLine2 = "address_line2"
        case postalCode = "postal_code"
    }

    public static var schema: JSONSchema {
        .object([
            .optional(CodingKeys.name, String.self, "The full name."),
            .optional(CodingKeys.firstName, String.self, "The first name, where the channel tells it apart."),
            .optional(CodingKeys.lastName, String.self, "The last name, where the channel tells it apart."),
            .optional(CodingKeys.email, String.self, "The mail address."),
            .optional(CodingKeys.phone, String.self, "The telephone number."),
            .optional(CodingKeys.addressLine1, String.self, "Street and number."),
            .optional(CodingKeys.addressLine2, String.self, "Flat, floor or company."),
            .optional(CodingKeys.city, String.self, "The town."),
            .optional(CodingKeys.region, String.self, "The state or province."),
            .optional(CodingKeys.postalCode, String.self, "The postal code."),
            .optional(CodingKeys.country, String.self, "The country."),
        ])
    }
}
