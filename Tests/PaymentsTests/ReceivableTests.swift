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
        let isVoided = receivable.void(at: time)
        #expect(isVoided)
        #expect(receivable.sequence == 2)
        let isVoidedAgain = receivable.void(at: time)
        #expect(!isVoidedAgain)
        #expect(receivable.sequence == 2)
    }
}
