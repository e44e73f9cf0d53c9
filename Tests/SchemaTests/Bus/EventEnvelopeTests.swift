import FoundationEssentials
import Schema
import Testing

@Suite struct EventEnvelopeTests {
    private let account = ID<Account>()

    private func envelope() throws -> EventEnvelope {
        try EventEnvelope(
            OrderPlaced.example, from: .orders, subject: OrderPlaced.example.order.id.description, sequence: 1,
            account: account)
    }

    @Test func carriesAnEvent() throws {
        let context = TraceContext.random()
        let envelope = try TraceContext.$current.withValue(context) { try self.envelope() }
        #expect(envelope.type == "com.caravan.orders.order_placed.v4")
        #expect(envelope.family == OrderPlaced.family)
        #expect(envelope.source == "/caravan/orders")
        #expect(envelope.topic == "orders.events.v1")
        #expect(envelope.traceparent == context.traceparent)
        #expect(envelope.account == account)
        #expect(envelope.idText == envelope.id.uuidString.lowercased())
        #expect(try envelope.decode(OrderPlaced.self) == OrderPlaced.example)
    }

    @Test func hasNoTraceOutsideOfOne() throws {
        #expect(try envelope().traceparent == nil)
    }

    @Test func isNotReadAsAnotherEvent() throws {
        let envelope = try envelope()
        #expect(throws: EventError.unexpectedType(OrderPlaced.type)) { try envelope.decode(OrderCancelled.self) }
    }

    @Test func isReadInEveryVersion() throws {
        var envelope = try envelope()
        envelope.type = "com.caravan.orders.order_placed.v12"
        #expect(try envelope.decode(OrderPlaced.self) == OrderPlaced.example)
    }

    @Test func parkedEventsGoToTheTopicOfTheirService() throws {
        var event = EventParked.example
        event.service = .payments
        let envelope = try EventEnvelope(event, from: .payments, subject: event.subject, sequence: 1, account: account)
        #expect(envelope.topic == "payments.parked.v1")
        #expect(try envelope.decode(EventParked.self) == event)
    }
}

@Suite struct TopicTests {
    @Test func everyEventGoesToATopicThatExists() {
        let names = Set(Topic.all.map(\.name))
        #expect(names.count == Topic.all.count)
        #expect(names.count == 14)
        func destination<E: Event>(_ type: E.Type) -> String { E.example.destination.name }
        for event in EventCatalogue.all {
            #expect(names.contains(destination(event)), "\(event.type)")
        }
    }

    @Test func everyEventIsListedOnceAndOnItsTopic() {
        #expect(Set(EventCatalogue.all.map { $0.type }).count == EventCatalogue.all.count)
        #expect(
            EventCatalogue.events(on: .paymentsCommands).map { $0.name }.sorted() == [
                "capture_requested", "charge_requested", "refund_requested", "void_requested",
            ])
        for service in ServiceName.allCases {
            #expect(EventCatalogue.events(on: .parked(of: service)).map { $0.name } == ["event_parked"])
            #expect(Topic.events(of: service).name == "\(service.rawValue).events.v1")
        }
    }
}
