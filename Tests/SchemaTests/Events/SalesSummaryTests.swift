import Schema
import Testing

@Suite struct SalesSummaryTests {
    private func sale(_ amount: Int64, _ type: SaleType = .purchase, _ currency: Currency = .eur, at: Int64 = 0)
        -> SalesSummary
    {
        SalesSummary(
            type: type, total: Money(minorUnits: amount, currency: currency), occurredAt: Timestamp(microseconds: at))
    }

    @Test func sumsKeepCurrenciesApartAndDoNotDependOnTheOrder() {
        let parts = [sale(5, .purchase, .usd, at: 30), sale(7, at: 20), sale(3, .return, at: 10), sale(1, at: 40)]
        let sum = parts.reduce(SalesSummary()) { $0.merged(with: $1) }
        #expect(sum == parts.reversed().reduce(SalesSummary()) { $0.merged(with: $1) })
        #expect(sum.purchases == 3)
        #expect(sum.returns == 1)
        #expect(
            sum.totals == [
                SalesTotal(currency: .eur, purchased: 8, returned: 3),
                SalesTotal(currency: .usd, purchased: 5, returned: 0),
            ])
        // A return is no purchase, however early.
        #expect(sum.firstPurchaseAt == Timestamp(microseconds: 20))
        #expect(sum.lastPurchaseAt == Timestamp(microseconds: 40))
    }

    @Test func sumsStopAtTheLargestNumber() {
        let sum = sale(.max).merged(with: sale(1))
        #expect(sum.totals == [SalesTotal(currency: .eur, purchased: .max, returned: 0)])
        #expect(sum.purchases == 2)
    }
}
