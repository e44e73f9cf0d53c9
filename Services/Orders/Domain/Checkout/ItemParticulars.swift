import Schema

/// What few items have.
struct ItemParticulars: Codable, Hashable, Sendable {
    /// A part of a bundle.
    struct Component: Codable, Hashable, Sendable {
        let name: String
        let sku: String?
        /// Of all the bundles of the item.
        let quantity: Int
        /// What it counts for when the parts share what the bundle comes to.
        let weight: Int64
    }

    /// Of a bundle, its parts.
    var components: [Component] = []
    /// Whether the price contains the tax.
    var isTaxIncluded = false

    private var isEmpty: Bool { components.isEmpty && !isTaxIncluded }

    /// What a product's item has of them; nil for nothing.
    ///
    /// - Parameter quantity: How many are bought.
    init?(_ product: CampaignProductSnapshot, quantity: Int) {
        let bundle = product.bundle ?? []
        let isPriced = bundle.contains { Self.units($0.price) > 0 }
        components = bundle.map { part in
            Component(
                name: part.name, sku: part.sku, quantity: part.quantity * quantity,
                weight: (isPriced ? Self.units(part.price) : 1) * Int64(part.quantity))
        }
        isTaxIncluded = product.isTaxIncluded
        if isEmpty { return nil }
    }

    /// A price as a number to compare with others of the bundle, whatever its currency: none has more than four decimals.
    private static func units(_ price: String?) -> Int64 {
        let parts = (price ?? "0").split(separator: ".", omittingEmptySubsequences: false)
        let decimals = parts.count > 1 ? String(parts[1].prefix(4)) : ""
        let digits = parts[0] + decimals + String(repeating: "0", count: 4 - decimals.count)
        // Bounded, so that a thousand of them can be added up.
        return min(Int64(digits) ?? .max, Cart.limit)
    }
}

extension ItemParticulars {
    /// The parts of a sold bundle, with their shares of what it comes to.
    ///
    /// - Parameter item: The bundle.
    func sold(in item: SoldItem) -> [SoldComponent]? {
        guard !components.isEmpty else { return nil }
        let weights = components.map(\.weight)
        let subtotals = Shares.of(item.subtotal, by: weights)
        let taxes = Shares.of(item.tax, by: weights)
        let discounts = Shares.of(item.discount, by: weights)
        return components.enumerated().map { index, part in
            SoldComponent(
                id: item.id * 1000 + Int64(index) + 1, name: part.name, sku: part.sku, quantity: part.quantity,
                subtotal: subtotals[index], tax: taxes[index], discount: discounts[index])
        }
    }
}
