import Testing

@testable import Schema

@Suite struct OrderGlanceTests {
    private func envelope(_ order: OrderSnapshot) throws -> EventEnvelope {
        try EventEnvelope(
            OrderPlaced(order: order), from: .orders, subject: order.id.description, sequence: 1,
            account: ID<Account>())
    }

    @Test("Whether the checkout sold an order is told without reading all of it")
    func checkout() throws {
        var order = OrderSnapshot.example
        try #require(order.checkout != nil)
        #expect(OrderPlaced.isOfCheckout(try envelope(order)))
        order.checkout = nil
        #expect(!OrderPlaced.isOfCheckout(try envelope(order)))
        var unreadable = try envelope(order)
        unreadable.payload = Array("{".utf8)
        #expect(!OrderPlaced.isOfCheckout(unreadable))
    }
}
