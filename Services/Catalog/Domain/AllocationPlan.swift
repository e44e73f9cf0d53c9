public import Schema

/// Decides which listings the lines of an order take from: by external id, then by SKU, all lines or none.
public struct AllocationPlan: Sendable {
    public enum Outcome: Equatable, Sendable {
        case allocated([StockAllocation])
        case unavailable(StockShortage)
    }

    /// The listings that any line may match; they must be locked, and hold the allocations after `allocate`.
    public private(set) var listings: [Listing]
    /// The ids of the listings that `allocate` took from.
    public private(set) var touched: Set<ListingID> = []

    public init(listings: [Listing]) {
        self.listings = listings
    }

    public mutating func allocate(_ lines: [OrderLine], at time: Timestamp) -> Outcome {
        var plan = self
        var allocations: [StockAllocation] = []
        for (number, line) in lines.enumerated() {
            let matches = plan.matches(of: line)
            guard !matches.isEmpty else { return .unavailable(.noMatchingListing) }
            guard let allocation = plan.take(line, number, from: matches, at: time) else {
                return .unavailable(.outOfStock)
            }
            allocations.append(allocation)
        }
        self = plan
        return .allocated(allocations)
    }

    /// Positions of the listings that carry the line's external id, or else its SKU; those with the most stock first.
    private func matches(of line: OrderLine) -> [Int] {
        let named = listings.indices.filter { listings[$0].content.externalID == line.externalID }
        if !named.isEmpty { return named }
        guard let sku = line.sku else { return [] }
        return listings.indices
            .filter { listings[$0].content.sku == sku }
            .sorted { listings[$0].available > listings[$1].available }
    }

    private mutating func take(
        _ line: OrderLine, _ number: Int, from matches: [Int], at time: Timestamp
    ) -> StockAllocation? {
        for index in matches {
            let quantity = listings[index].allocate(line.quantity, at: time)
            guard quantity > 0 else { continue }
            let listing = listings[index]
            touched.insert(listing.id)
            return StockAllocation(
                line: number, listingID: listing.id, externalID: listing.content.externalID, sku: listing.content.sku,
                quantity: quantity)
        }
        return nil
    }
}
