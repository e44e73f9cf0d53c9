import Catalog
import Schema
import Testing

/// Which listings an order's lines take from, without I/O.
@Suite struct AllocationPlanTests {
    static let account = AccountID()
    static let time = Timestamp(microseconds: 1_700_000_000_000_000)

    static func listing(
        _ externalID: String, sku: String? = nil, quantity: Int = 1, isOffered: Bool = true
    ) -> Catalog.Listing {
        let content = ListingContent(
            externalID: externalID, sku: sku, isOffered: isOffered, description: nil,
            price: Money(minorUnits: 100, currency: .eur), quantity: quantity,
            photos: [], watch: WatchDetails())
        return Catalog.Listing(publishing: content, for: account, at: time)
    }

    static func line(_ externalID: String?, sku: String? = nil, _ quantity: Int = 1) -> OrderLine {
        OrderLine(externalID: externalID, sku: sku, quantity: quantity, unitAmount: 100)
    }

    @Test func theLastPieceGoesToOneOrder() {
        var plan = AllocationPlan(listings: [Self.listing("a")])
        guard case .allocated(let taken) = plan.allocate([Self.line("a")], at: Self.time) else {
            Issue.record("the first order finds the piece")
            return
        }
        #expect(taken.map(\.quantity) == [1])
        #expect(plan.listings[0].status == .sold)
        let outcome = plan.allocate([Self.line("a")], at: Self.time) == .unavailable(.outOfStock)
        #expect(outcome)
    }

    @Test func moreThanTheStockTakesWhatThereIs() {
        var plan = AllocationPlan(listings: [Self.listing("a", quantity: 3)])
        guard case .allocated(let taken) = plan.allocate([Self.line("a", 5)], at: Self.time) else {
            Issue.record("the order is matched")
            return
        }
        #expect(taken.map(\.quantity) == [3])
        #expect(plan.listings[0].status == .sold)
    }

    @Test func lessThanTheStockLeavesTheListingActive() {
        var plan = AllocationPlan(listings: [Self.listing("a", quantity: 3)])
        _ = plan.allocate([Self.line("a", 2)], at: Self.time)
        #expect(plan.listings[0].status == .active)
        #expect(plan.listings[0].available == 1)
    }

    @Test func theExternalIDWinsOverTheSKU() {
        var plan = AllocationPlan(listings: [Self.listing("a", sku: "s"), Self.listing("b", sku: "s")])
        _ = plan.allocate([Self.line("b", sku: "s")], at: Self.time)
        #expect(plan.listings.map(\.status) == [.active, .sold])
    }

    @Test func theSKUMatchesWhereTheExternalIDDoesNot() {
        var plan = AllocationPlan(listings: [Self.listing("a", sku: "s")])
        guard case .allocated = plan.allocate([Self.line("unknown", sku: "s")], at: Self.time) else {
            Issue.record("the SKU matches")
            return
        }
    }

    @Test func aSKUFallsThroughToAListingWithStock() {
        var plan = AllocationPlan(listings: [Self.listing("a", sku: "s", quantity: 0), Self.listing("b", sku: "s")])
        _ = plan.allocate([Self.line(nil, sku: "s")], at: Self.time)
        #expect(plan.listings.map(\.allocated) == [0, 1])
    }

    @Test func aSKUTakesFromOneListingAfterTheOther() {
        var plan = AllocationPlan(listings: [Self.listing("a", sku: "s"), Self.listing("b", sku: "s")])
        guard case .allocated(let taken) = plan.allocate([Self.line(nil, sku: "s", 2)], at: Self.time) else {
            Issue.record("there are two pieces")
            return
        }
        #expect(taken.map(\.quantity) == [1, 1])
        #expect(Set(taken.map(\.listingID)) == Set(plan.listings.map(\.id)))
        #expect(plan.listings.map(\.status) == [.sold, .sold])
    }

    /// The event that names them must fit into a record, and the last line still finds its piece.
    @Test func anOrderTakesFromSoManyListings() throws {
        let maximum = AllocationPlan.maximumAllocations
        let many = (0...maximum).map { Self.listing("m-\($0)", sku: "s") }
        var plan = AllocationPlan(listings: many + [Self.listing("last")])
        let lines = [Self.line(nil, sku: "s", maximum + 1), Self.line("last")]
        guard case .allocated(let taken) = plan.allocate(lines, at: Self.time) else {
            Issue.record("every line finds something")
            return
        }
        #expect(taken.count == maximum)
        #expect(taken.last?.line == 1)
        #expect(try JSON.encode(StockAllocated(orderID: ID(), allocations: taken)).count < 300_000)
    }

    @Test func allLinesFindStockOrNoneTakesAny() {
        var plan = AllocationPlan(listings: [Self.listing("a")])
        let outcome =
            plan.allocate([Self.line("a"), Self.line("b")], at: Self.time) == .unavailable(.noMatchingListing)
        #expect(outcome)
        #expect(plan.listings[0].status == .active)
        #expect(plan.touched.isEmpty)
    }

    @Test func aWithdrawnListingMatchesNothing() {
        var plan = AllocationPlan(listings: [Self.listing("a", isOffered: false)])
        let outcome = plan.allocate([Self.line("a")], at: Self.time) == .unavailable(.outOfStock)
        #expect(outcome)
    }

    @Test func aReleaseBringsASoldListingBack() {
        var listing = Self.listing("a")
        let outcome = listing.allocate(1, at: Self.time)
        #expect(outcome == 1)
        #expect(listing.status == .sold)
        listing.release(1, at: Self.time)
        #expect(listing.status == .active)
        #expect(listing.sequence == 3)
    }

    @Test func publishingTheSameAgainChangesNothing() {
        var listing = Self.listing("a")
        let before = listing
        let isChanged = listing.publish(before.content, at: Self.time)
        #expect(!isChanged)
        #expect(listing == before)
    }
}
