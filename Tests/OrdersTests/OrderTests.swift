import Orders
import Schema
import Testing

/// The whole life of an order, without I/O.
@Suite struct OrderTests {
    static let time = Timestamp(microseconds: 1_700_000_000_000_000)
    static let later = Timestamp(microseconds: 1_700_000_001_000_000)

    static func order(quantity: Int = 2, unitAmount: Int64 = 12_500) throws -> Orders.Order {
        let euro = try #require(Currency("EUR"))
        let line = OrderLine(externalID: "watch-1", sku: "SKU-1", quantity: quantity, unitAmount: unitAmount)
        let report = try NewOrder(
            channelOrderID: "web-1", externalID: nil, currency: euro, lines: [line, line], buyer: nil, metadata: nil,
            orderedAt: nil)
        return Orders.Order(placing: report, for: AccountID(), at: time)
    }

    @Test func aPlacedOrderIsPending() throws {
        let order = try Self.order()
        #expect(order.status == .pending)
        #expect(order.sequence == 1)
        #expect(order.total.minorUnits == 50_000)
        #expect(order.orderedAt == Self.time)
    }

    @Test func aTotalThatDoesNotFitIsRefused() {
        #expect(throws: MoneyError.self) { try Self.order(quantity: 1_000_000, unitAmount: .max / 1_000) }
    }

    @Test func matchingHappensOnce() throws {
        var order = try Self.order()
        let isMatched = order.match(at: Self.later)
        #expect(isMatched)
        #expect(order.status == .matched)
        #expect(order.sequence == 2)
        #expect(order.updatedAt == Self.later)
        let matched = order
        let isMatchedAgain = order.match(at: Self.later)
        #expect(!isMatchedAgain)
        let isUnmatched = order.leaveUnmatched(at: Self.later)
        #expect(!isUnmatched)
        #expect(order == matched, "nothing changes and no sequence number is spent")
    }

    @Test func cancellingIsANoOpTheSecondTime() throws {
        var order = try Self.order()
        let isCancelled = order.cancel(at: Self.later)
        #expect(isCancelled)
        let cancelled = order
        let isCancelledAgain = order.cancel(at: Self.later)
        #expect(!isCancelledAgain)
        #expect(order == cancelled)
    }

    @Test func aCancelledOrderStaysCancelledWhenItsMatchArrivesLate() throws {
        var order = try Self.order()
        let isCancelled = order.cancel(at: Self.time)
        #expect(isCancelled)
        let isMatched = order.match(at: Self.later)
        #expect(!isMatched)
        #expect(order.status == .cancelled)
        #expect(order.sequence == 2)
    }

    @Test func aMatchedOrUnmatchedOrderCanBeCancelled() throws {
        var order = try Self.order()
        let isUnmatched = order.leaveUnmatched(at: Self.time)
        #expect(isUnmatched)
        let isCancelled = order.cancel(at: Self.time)
        #expect(isCancelled)
        #expect(order.sequence == 3)
    }

    @Test func timeNeverRunsBackwards() throws {
        var order = try Self.order()
        let isMatched = order.match(at: Timestamp(microseconds: 1))
        #expect(isMatched)
        #expect(order.updatedAt == Self.time)
    }
}
