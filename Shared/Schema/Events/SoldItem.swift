/// An item of an order of the checkout. All amounts are minor units of the order's currency.
public struct SoldItem: Codable, Hashable, Sendable, SchemaDescribing {
    /// The item's number, unique in the account.
    public var id: Int64
    /// What it is called.
    public var name: String
    /// The stock keeping unit.
    public var sku: String?
    /// How many pieces.
    public var quantity: Int
    /// The price of one.
    public var unitPrice: Int64
    /// The price of all, before the discount.
    public var subtotal: Int64
    /// Its share of the order's tax.
    public var tax: Int64
    /// Its share of the order's discount.
    public var discount: Int64
    /// Who levies its tax, where that is known.
    public var taxDetails: [TaxDetail]?
    /// Its parts, if it is a bundle.
    public var components: [SoldComponent]?

    /// Makes an item from its parts.
    public init(
        id: Int64, name: String, sku: String?, quantity: Int, unitPrice: Int64, subtotal: Int64, tax: Int64,
        discount: Int64
    ) {
        self.id = id
        self.name = name
        self.sku = sku
        self.quantity = quantity
        self.unitPrice = unitPrice
        self.subtotal = subtotal
        self.tax = tax
        self.discount = discount
    }

    enum CodingKeys: String, CodingKey {
        case id, name, sku, quantity, subtotal, tax, discount, components
        case unitPrice = "unit_price"
        case taxDetails = "tax_details"
    }

    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.id, Int64.self, "The item's number, unique in the account."),
            .required(CodingKeys.name, String.self, "What it is called."),
            .optional(CodingKeys.sku, String.self, "The stock keeping unit."),
            .required(CodingKeys.quantity, Int.self, "How many pieces."),
            .required(CodingKeys.unitPrice, Int64.self, "The price of one."),
            .required(CodingKeys.subtotal, Int64.self, "The price of all, before the discount."),
            .required(CodingKeys.tax, Int64.self, "Its share of the order's tax."),
            .required(CodingKeys.discount, Int64.self, "Its share of the order's discount."),
            .optional(CodingKeys.taxDetails, [TaxDetail].self, "Who levies its tax, where that is known."),
            .optional(CodingKeys.components, [SoldComponent].self, "Its parts, if it is a bundle."),
        ])
    }

    static var example: SoldItem {
        var item = SoldItem(
            id: 1001, name: "Starter kit", sku: "KIT-1", quantity: 1, unitPrice: 5000, subtotal: 5000, tax: 413,
            discount: 500)
        item.taxDetails = [.example]
        item.components = [.example]
        return item
    }
}
