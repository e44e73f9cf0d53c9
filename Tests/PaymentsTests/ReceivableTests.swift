import Payments
import Schema
import Testing

/// What is owed for an order, without I/O.
@Suite struct ReceivableTests {
    @Test func voidingHappensOnce() throws {
        let euro = try #require(Currency("EUR"))
        let time = Timestamp(microseconds: 1_700_000_000_000_000)
        var receivable = Receivable(
            for: OrderID(), of: AccountID(), amount: Money(minorUnits: 100, currency: euro), at: time)
        #expect(receivable.status == .open)
        #expect(receivable.void(at: time))
        #expect(receivable.sequence == 2)
        #expect(!receivable.void(at: time))
        #expect(receivable.sequence == 2)
    }
}
