import Enrichment
import Schema
import Testing

@Suite struct EnricherTests {
    private let buyer = CheckoutPerson(
        email: "jo@gmail.com", firstName: "Jo", lastName: "Doe", phone: "(212) 736-5000",
        address: PostalAddress(
            address1: "12 Main St", city: "Los Angeles", state: "CA", postalCode: "90012", country: "US"))

    private func body(_ services: EnrichmentServices) throws -> JSONValue? {
        try Enricher().response(for: buyer, services: services).map { try JSONValue(parsing: JSON.encode($0)) }
    }

    @Test func looksAsDocumented() throws {
        let expected: JSONValue = [
            "email": [
                "is_valid": true, "action_required": "none", "message": "Email address is valid and deliverable",
                "low_deliverability": false, "deliverability_score": .number(try #require(JSONNumber("0.95"))),
            ],
            "phone": [
                "is_valid": true, "action_required": "none", "message": "Phone number validated successfully",
            ],
            "address": [
                "standardized": [
                    "street_1": "12 Main St", "street_2": "", "city": "Los Angeles", "state": "CA",
                    "postal_code": "90012", "plus4": "",
                ],
                "action_available": "none", "action_required": "none", "message": "Address validated successfully",
            ],
        ]
        #expect(try body([.email, .phone, .address]) == expected)
    }

    @Test(
        arguments: [
            ([.email], ["email"]), ([.phone], ["phone"]), ([.address], ["address"]),
            ([.email, .address], ["email", "address"]),
        ] as [(EnrichmentServices, Set<String>)])
    func showsOnlyWhatIsEnabled(_ services: EnrichmentServices, _ names: Set<String>) throws {
        guard case .object(let members)? = try body(services) else {
            Issue.record("no object")
            return
        }
        #expect(Set(members.keys) == names)
    }

    @Test func saysNothingWhenNothingIsEnabled() throws {
        #expect(try body([]) == nil)
    }

    @Test func callsTheNumberOfTheDeliveryWhereThereIsNoOther() throws {
        var other = buyer
        other.phone = nil
        other.address?.phone = "(212) 736-5000"
        #expect(Enricher().response(for: other, services: .phone)?.phone?.isValid == true)
    }
}
