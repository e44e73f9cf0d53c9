/// A part of a product that is a bundle of several.
public struct BundleComponent: Codable, Hashable, Sendable, SchemaDescribing {
    /// What it is called.
    public var name: String
    /// The stock keeping unit.
    public var sku: String?
    /// How many pieces are in one bundle.
    public var quantity: Int
    /// What one piece costs alone, such as 19.99: by it the parts share what the bundle comes to. Without prices all pieces
    /// share alike.
    public var price: String?

    /// Makes a part.
    public init(name: String, sku: String?, quantity: Int, price: String?) {
        self.name = name
        self.sku = sku
        self.quantity = quantity
        self.price = price
    }

    enum CodingKeys: String, CodingKey { case name, sku, quantity, price }

    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.name, String.self, "What it is called."),
            .optional(CodingKeys.sku, String.self, "The stock keeping unit."),
            .required(CodingKeys.quantity, Int.self, "How many pieces are in one bundle."),
            .optional(
                CodingKeys.price, String.self,
                "What one piece costs alone, such as 19.99: by it the parts share what the bundle comes to."),
        ])
    }

    static var example: BundleComponent {
        BundleComponent(name: "Sample widget", sku: "WIDGET-1", quantity: 3, price: "19.99")
    }
}
