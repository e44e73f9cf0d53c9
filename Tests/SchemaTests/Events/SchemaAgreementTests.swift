import Schema
import Testing

/// Schemas are written by hand beside each payload. These tests prove that they say what the `Codable` conformance does,
/// by changing every member of every example and looking at what the decoder accepts.
@Suite struct SchemaAgreementTests {
    @Test(arguments: EventCatalogue.described.map { $0.type })
    func schemaDescribesTheCoding(type: String) throws {
        let event = try #require(EventCatalogue.described.first { $0.type == type })
        try check(event)
    }

    /// The types inside ``Sealed`` never show in an event's JSON.
    @Test func schemaDescribesSealedTypes() throws {
        var details = PersonalDetails(
            email: "ada@example.com", name: "Ada Lovelace", phone: "06 12 34 56 78", firstName: "Ada",
            lastName: "Lovelace", phoneNumber: "+33612345678", attributes: ["tier": "gold"])
        details.retail = ["title": "Mrs"]
        try check(PersonalDetails.self, details)
        var buyer = Buyer(
            name: "Ada Lovelace", email: "ada@example.com", phone: "+33612345678", addressLine1: "1 rue de la Paix",
            addressLine2: "2e étage", city: "Paris", region: "Île-de-France", postalCode: "75002", country: "FR")
        buyer.firstName = "Ada"
        buyer.lastName = "Lovelace"
        try check(Buyer.self, buyer)
    }

    @Test func schemaDescribesThePeopleOfTheCheckout() throws {
        let address = PostalAddress(
            address1: "100 Congress Ave", address2: "Suite 200", city: "Austin", state: "TX", postalCode: "78701",
            country: "US", phone: "+15125550100")
        try check(PostalAddress.self, address)
        try check(
            CheckoutPerson.self,
            CheckoutPerson(
                email: "ada@example.com", firstName: "Ada", lastName: "Lovelace", phone: "+15125550100",
                ipAddress: "203.0.113.7", address: address))
    }

    private func check<E: DescribedEvent>(_ type: E.Type) throws {
        try check(type, E.example)
    }

    private func check<Value: Codable & SchemaDescribing>(_ type: Value.Type, _ example: Value) throws {
        let json = try JSONValue(parsing: try JSON.encode(example))
        try SchemaProbe(root: json) { candidate in
            (try? JSON.decode(Value.self, from: Array(candidate.serialized().utf8))) != nil
        }.check(json, against: Value.schema.document, at: [])
    }
}

/// Walks through an example and its schema side by side.
private struct SchemaProbe {
    let root: JSONValue
    let decodes: (JSONValue) -> Bool

    func check(_ value: JSONValue, against schema: JSONValue, at path: [Step]) throws {
        guard let kind = schema["type"] else {
            let anything: [JSONValue] = [1, "x", true, [], [:]]
            #expect(anything.allSatisfy { decodes(replacing(path, with: $0)) }, "\(path) accepts everything")
            return
        }
        #expect(kind == .string(kindName(of: value, preferring: kind)), "\(path)")
        if !path.isEmpty {
            let wrong: JSONValue = kind == "string" ? 1 : "x"
            #expect(!decodes(replacing(path, with: wrong)), "\(path) is not \(kind.serialized())")
            #expect(!decodes(replacing(path, with: .number(fraction))) || kind == "number", "\(path)")
        }
        if schema["pattern"] != nil || schema["format"] == "date-time" || schema["format"] == "uuid" {
            #expect(!decodes(replacing(path, with: "x")), "\(path) does not accept any text")
        }
        if schema["x-extensible-enum"] != nil {
            #expect(decodes(replacing(path, with: "never heard of")), "\(path) accepts new names")
        }
        if case .object(let members) = value { try checkMembers(members, against: schema, at: path) }
        if case .array(let elements) = value {
            let first = try #require(elements.first, "\(path): the example must have an element")
            try check(first, against: try #require(schema["items"]), at: path + [.index(0)])
        }
    }

    private func checkMembers(_ members: [String: JSONValue], against schema: JSONValue, at path: [Step]) throws {
        guard case .object(let properties) = schema["properties"], case .array(let required) = schema["required"] else {
            Issue.record("\(path): the schema has no properties")
            return
        }
        #expect(members.keys.sorted() == properties.keys.sorted(), "\(path): the example must have every member")
        for (name, property) in properties {
            let path = path + [.member(name)]
            let isRequired = required.contains(.string(name))
            #expect(decodes(replacing(path, with: nil)) == !isRequired, "\(path) required: \(isRequired)")
            try check(try #require(members[name]), against: property, at: path)
        }
    }

    enum Step {
        case member(String), index(Int)
    }

    private var fraction: JSONNumber { JSONNumber("1.5") ?? JSONNumber(1) }

    private func replacing(_ path: [Step], with replacement: JSONValue?) -> JSONValue {
        func replace(_ value: JSONValue, _ path: ArraySlice<Step>) -> JSONValue? {
            guard let step = path.first else { return replacement }
            switch (step, value) {
            case (.member(let name), .object(var members)):
                members[name] = members[name].flatMap { replace($0, path.dropFirst()) }
                return .object(members)
            case (.index(let index), .array(var elements)):
                elements[index] = replace(elements[index], path.dropFirst()) ?? .null
                return .array(elements)
            default: return value
            }
        }
        return replace(root, path[...]) ?? .null
    }

    private func kindName(of value: JSONValue, preferring kind: JSONValue) -> String {
        switch value {
        case .null: "null"
        case .bool: "boolean"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        case .number(let number): number.int64 == nil || kind == "number" ? "number" : "integer"
        }
    }
}
