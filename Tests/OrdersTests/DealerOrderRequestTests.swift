import Edge
import Messaging
import Schema
import Testing

@testable import Orders

@Suite struct DealerOrderRequestTests {
    private func order(_ members: [String: JSONValue]) throws -> NewOrder {
        let line: JSONValue = ["sku": "s", "quantity": 1, "unit_amount": "1.00"]
        var body: [String: JSONValue] = ["channel_order_id": "web-1", "currency": "EUR", "line_items": [line]]
        body.merge(members) { _, new in new }
        return try JSON.decode(DealerOrderRequest.self, from: JSON.encode(JSONValue.object(body))).order()
    }

    private func faults(_ members: [String: JSONValue]) throws -> [String] {
        do {
            _ = try order(members)
            return []
        } catch RequestError.validation(let errors) {
            return errors.map { "\($0.dottedPath) \($0.code)" }
        }
    }

    private static func text(_ count: Int) -> JSONValue { .string(String(repeating: "\u{1}", count: count)) }

    @Test func whatEventsRepeatIsBounded() throws {
        #expect(try faults(["buyer": ["address_line1": Self.text(256)]]) == ["buyer.address_line1 too_long"])
        #expect(try faults(["metadata": ["t": Self.text(64 << 10)]]) == ["metadata too_long"])
        #expect(try faults(["ordered_at": "0000-06-01T00:00:00Z"]) == ["ordered_at invalid_timestamp"])
        let line: JSONValue = ["external_id": Self.text(255), "sku": Self.text(255), "quantity": 1, "unit_amount": 1]
        let lines = JSONValue.array(Array(repeating: line, count: 400))
        #expect(try faults(["line_items": lines]) == ["line_items too_long"])
    }

    /// The largest order that is taken can tell of everything that becomes of it.
    @Test func everyEventOfTheLargestOrderFits() throws {
        let line: JSONValue = ["sku": Self.text(160), "quantity": 1, "unit_amount": 1]
        let names = [
            "name", "email", "phone", "address_line1", "address_line2", "city", "region", "postal_code", "country",
        ]
        let report = try order([
            "line_items": .array(Array(repeating: line, count: 500)),
            "buyer": .object(Dictionary(uniqueKeysWithValues: names.map { ($0, Self.text(255)) })),
        ])
        let keyring = try DataKeyring("k1:\(DataKeyring.generateKey())")
        let snapshot = try Order(placing: report, for: ID(), at: .now()).snapshot(sealedWith: keyring)
        let allocations = (0..<2_000).map { StockAllocation(line: $0 % 500, listingID: ID(), quantity: 1_000_000) }
        let size = try JSON.encode(OrderMatched(order: snapshot, allocations: allocations)).count
        #expect(try JSON.encode(report.lines).count > 500_000)
        #expect(size < min(900_000, Outbox.maximumPayload), "\(size)")
    }

    @Test func metadataStaysHere() throws {
        let report = try order(["metadata": ["note": "for us alone"]])
        let event = OrderPlaced(order: Order(placing: report, for: ID(), at: .now()).snapshot())
        #expect(!String(decoding: try JSON.encode(event), as: UTF8.self).contains("for us alone"))
    }
}
