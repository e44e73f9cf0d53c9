import HTTPTypes
import Schema
import Testing

@testable import Edge

@Suite struct OpenAPITests {
    private let document: JSONValue

    init() throws {
        document = try JSONValue(parsing: WatchTraderHub.openAPIDocument)
    }

    @Test func describesExactlyTheDocumentedOperations() throws {
        guard case .object(let paths)? = document["paths"] else {
            Issue.record("no paths")
            return
        }
        var described: Set<String> = []
        for (path, operations) in paths {
            guard case .object(let operations) = operations else { continue }
            for method in operations.keys { described.insert("\(method.uppercased()) \(path)") }
        }
        let documented = Dialects.documentedPaths.filter { $0.dialect == .watchTraderHub }
        #expect(described == Set(documented.map { "\($0.method.rawValue) \($0.template)" }))
        #expect(document["openapi"] == "3.1.0")
        #expect(document["webhooks"] != nil)
    }

    @Test func everyReferenceResolves() {
        var references: Set<String> = []
        collect(document, &references)
        #expect(!references.isEmpty)
        for reference in references {
            let target = reference.dropFirst(2).split(separator: "/").reduce(Optional(document)) { $0?[String($1)] }
            #expect(target != nil, "\(reference)")
        }
    }

    /// Answers have exactly the fields that the document promises.
    @Test(arguments: [
        ("Order", try JSON.encode(Samples.order)), ("Listing", try JSON.encode(Samples.listing)),
        ("Customer", try JSON.encode(Samples.customer)), ("WebhookCustomer", try JSON.encode(Samples.webhookCustomer)),
    ])
    func bodiesHaveTheFieldsOfTheirSchema(_ name: String, _ body: [UInt8]) throws {
        let schema = try #require(document["components"]?["schemas"]?[name])
        try compare(try JSONValue(parsing: body), schema, name)
    }

    private func compare(_ value: JSONValue, _ schema: JSONValue, _ place: String) throws {
        var schema = schema
        if case .array(let choices)? = schema["oneOf"] { schema = choices[0] }
        if case .string(let reference)? = schema["$ref"] {
            schema = try #require(
                document["components"]?["schemas"]?[String(reference.split(separator: "/").last ?? "")])
        }
        switch value {
        case .object(let members):
            guard case .object(let properties)? = schema["properties"] else {
                Issue.record("\(place) is no object")
                return
            }
            #expect(Set(members.keys) == Set(properties.keys), "\(place)")
            for (name, member) in members { try compare(member, try #require(properties[name]), "\(place).\(name)") }
        case .array(let elements):
            for element in elements { try compare(element, try #require(schema["items"]), "\(place)[]") }
        default: break
        }
    }

    private func collect(_ value: JSONValue, _ references: inout Set<String>) {
        switch value {
        case .object(let members):
            if case .string(let reference)? = members["$ref"] { references.insert(reference) }
            for member in members.values { collect(member, &references) }
        case .array(let elements):
            for element in elements { collect(element, &references) }
        default: break
        }
    }
}
