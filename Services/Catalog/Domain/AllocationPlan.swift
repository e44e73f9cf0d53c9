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

    /// How many listings an order takes from at most, so that the event that names them fits into a record.
    public static let maximumAllocations = 2_000

    public init(listings: [Listing]) {
        self.listings = listings
    }

    /// Sets stock aside for an order's lines, in their order. A line takes from one listing after the other until it has
    /// what it asks for; where there is less, what there is will do (see ``Listing/allocate(_:at:)``).
    public mutating func allocate(_ lines: [OrderLine], at time: Timestamp) -> Outcome {
        var plan = self
        var allocations: [StockAllocation] = []
        for (number, line) in lines.enumerated() {
            let matches = plan.matches(of: line)
            guard !matches.isEmpty else { return .unavailable(.noMatchingListing) }
            // What the lines to come need at least is kept for them.
            let room = Self.maximumAllocations - allocations.count - (lines.count - number - 1)
            let taken = plan.take(line, number, from: matches, atMost: room, at: time)
            guard !taken.isEmpty else { return .unavailable(.outOfStock) }
            allocations += taken
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
        _ line: OrderLine, _ number: Int, from matches: [Int], atMost room: Int, at time: Timestamp
    ) -> [StockAllocation] {
        var missing = line.quantity
        var allocations: [StockAllocation] = []
        for index in matches where missing > 0 && allocations.count < room {
            let quantity = listings[index].allocate(missing, at: time)
            guard quantity > 0 else { continue }
            missing -= quantity
            touched.insert(listings[index].id)
            allocations.append(StockAllocation(line: number, listingID: listings[index].id, quantity: quantity))
        }
        return allocations
    }
}
