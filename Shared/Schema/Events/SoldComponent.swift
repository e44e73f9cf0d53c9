/// A part of a sold bundle, with its shares of what the bundle comes to. All amounts are minor units of the order's
/// currency, and those of a bundle's parts add up to the bundle's.
public struct SoldComponent: Codable, Hashable, Sendable, SchemaDescribing {
    /// The part's number, unique among the parts of the account's bundles.
    public var id: Int64
    /// What it is called.
    public var name: String
    /// The stock keeping unit.
    public var sku: String?
    /// How many pieces, of all the bundles of the item.
    public var quantity: Int
    /// Its share of the bundle's price.
    public var subtotal: Int64
    /// Its share of the bundle's tax.
    public var tax: Int64
    /// Its share of the bundle's discount.
    public var discount: Int64

    /// Makes a part; the amounts are minor units.
    public init(
        id: Int64, name: String, sku: String?, quantity: Int, subtotal: Int64, tax: Int64, discount: Int64
    ) {
        self.id = id
        self.name = name
        self.sku = sku
        self.quantity = quantity
        self.subtotal = subtotal
        self.tax = tax
        self.discount = discount
    }

    enum CodingKeys: String, CodingKey { case id, name, sku, quantity, subtotal, tax, discount }

    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.id, Int64.self, "The part's number, unique among the parts of the account's bundles."),
            .required(CodingKeys.name, String.self, "What it is called."),
            .optional(CodingKeys.sku, String.self, "The stock keeping unit."),
            .required(CodingKeys.quantity, Int.self, "How many pieces, of all the bundles of the item."),
            .required(CodingKeys.subtotal, Int64.self, "Its share of the bundle's price."),
            .required(CodingKeys.tax, Int64.self, "Its share of the bundle's tax."),
            .required(CodingKeys.discount, Int64.self, "Its share of the bundle's discount."),
        ])
    }

    static var example: SoldComponent {
        SoldComponent(
            id: 1_001_001, name: "Sample widget", sku: "WIDGET-1", quantity: 3, subtotal: 5000, tax: 413, discount: 500)
    }
}
