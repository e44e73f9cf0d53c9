import Edge
import Schema
import Testing

@testable import Consent

@Suite struct BulkCustomersRequestTests {
    /// Whether decoding or the checks afterwards found it, a fault is named by its place in the whole body.
    @Test func faultsAreNamedByTheirPlace() throws {
        let body: JSONValue = [
            "customers": [
                ["external_id": "c-1"], ["external_id": "c-2", "email": "nobody"], ["external_id": true],
                ["external_id": "c-4", "metadata": [1]],
            ]
        ]
        let entries = try JSON.decode(BulkCustomersRequest.self, from: JSON.encode(body)).entries()
        let places = entries.map { entry -> [String] in
            if case .rejected(.validation(let errors)) = entry { errors.map(\.dottedPath) } else { [] }
        }
        #expect(places == [[], ["customers.1.email"], ["customers.2.external_id"], ["customers.3.metadata"]])
    }
}
