import Edge
import Schema
import Testing

@testable import Catalog

@Suite struct ListingRequestTests {
    private func faults(_ body: JSONValue) throws -> [String] {
        do {
            _ = try JSON.decode(ListingRequest.self, from: JSON.encode(body)).content(externalID: "a")
            return []
        } catch RequestError.validation(let errors) {
            return errors.map { "\($0.dottedPath) \($0.code)" }
        }
    }

    @Test func whatEventsRepeatIsBounded() throws {
        let long = JSONValue.string(String(repeating: "x", count: 256))
        let url = JSONValue.string(String(repeating: "x", count: 2_049))
        let body: JSONValue = [
            "price": ["amount": 1, "currency": "EUR"], "photos": [["url": url, "order": 0]],
            "watch": ["brand": long, "complications": [long]],
        ]
        #expect(
            try faults(body) == [
                "photos.0.url too_long", "watch.brand too_long", "watch.complications.0 too_long",
            ])
        let many = JSONValue.array((0..<51).map { .string("\($0)") })
        let crowded: JSONValue = [
            "price": ["amount": 1, "currency": "EUR"], "watch": ["complications": many],
        ]
        #expect(try faults(crowded) == ["watch.complications too_many"])
    }
}
