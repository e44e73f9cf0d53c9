import HTTPTypes
import Schema
import Testing

@testable import Edge

@Suite struct OpenAPITests {
    /// An API that has a description, and which of the documented paths are its own.
    struct API: Sendable, CustomTestStringConvertible {
        let document: [UInt8]
        let dialect: DialectName
        let prefix: String

        var testDescription: String { "\(dialect.rawValue) \(prefix)" }

        static let all = [
            API(document: WatchTraderHub.openAPIDocument, dialect: .watchTraderHub, prefix: "/v1/"),
            API(document: HealthSuite.checkoutDocument, dialect: .healthSuite, prefix: "/checkout/"),
            API(document: HealthSuite.restDocument, dialect: .healthSuite, prefix: "/v1/"),
            API(document: Noticia.document, dialect: .noticia, prefix: "/v1/"),
            API(document: GiddyUp.document, dialect: .giddyUp, prefix: "/"),
            API(document: RetailOS.document, dialect: .retailOS, prefix: "/"),
        ]
    }

    private let document: JSONValue

    init() throws {
        document = try JSONValue(parsing: WatchTraderHub.openAPIDocument)
    }

    private func operations(of document: JSONValue) -> [String: JSONValue] {
        guard case .object(let paths)? = document["paths"] else { return [:] }
        var found: [String: JSONValue] = [:]
        for (path, item) in paths {
            guard case .object(let operations) = item else { continue }
            for (method, operation) in operations { found["\(method.uppercased()) \(path)"] = operation }
        }
        return found
    }

    @Test(arguments: API.all) func describesExactlyTheDocumentedOperations(api: API) throws {
        let document = try JSONValue(parsing: api.document)
        let documented = Dialects.documentedPaths.filter {
            $0.dialect == api.dialect && $0.template.hasPrefix(api.prefix)
        }
        let names = documented.map { Self.unnamed("\($0.method.rawValue) \($0.template)") }
        let described = operations(of: document).keys.map(Self.unnamed)
        #expect(Set(described) == Set(names) && described.count == names.count)
        #expect(document["openapi"] == "3.1.0")
    }

    /// A path of a document has one name for a parameter, whatever the methods' routes call it.
    private static func unnamed(_ operation: String) -> String {
        operation.replacing(/\{[^}]+\}/, with: "{}")
    }

    @Test(arguments: API.all) func everyOperationThatNeedsAKeySaysHowItIsRefused(api: API) throws {
        for (name, operation) in operations(of: try JSONValue(parsing: api.document))
        where operation["security"] == nil {
            for status in ["401", "403", "429", "503"] {
                #expect(operation["responses"]?[status] != nil, "\(name) has no \(status)")
            }
        }
    }

    @Test func dealersHearOfWebhooks() {
        #expect(document["webhooks"] != nil)
    }

    @Test(arguments: API.all) func everyReferenceResolves(api: API) throws {
        let document = try JSONValue(parsing: api.document)
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
        try compare(try JSONValue(parsing: body), schema, in: document, name)
    }

    /// A brand's order with everything that one can have.
    @Test(arguments: [("Order", .brand), ("LogisticsOrder", .logistics)] as [(String, GiddyUp.OrderBody.Audience)])
    func ordersHaveTheFieldsOfTheirSchema(_ name: String, _ audience: GiddyUp.OrderBody.Audience) throws {
        let document = try JSONValue(parsing: GiddyUp.document)
        let schema = try #require(document["components"]?["schemas"]?[name])
        let order = GiddyUp.OrderBody(OrderPlaced.example.order, buyer: nil, for: audience)
        try compare(try JSONValue(parsing: JSON.encode(order)), schema, in: document, name)
    }

    /// What the clienteling API shows and pushes of each of its resources.
    @Test func retailRecordsHaveTheFieldsOfTheirSchema() throws {
        let document = try JSONValue(parsing: RetailOS.document)
        let order = OrderPlaced.example.order
        let customer = CustomerCreated.example.customer
        let records = [
            "OrderFields": RetailOS.order(order, buyer: Buyer(name: "Jo"), retail: nil, isNew: true),
            "CustomerFields": RetailOS.customer(
                id: customer.id.uuid, externalID: nil, details: PersonalDetails(), retail: nil, acceptsMarketing: true,
                createdAt: customer.createdAt, updatedAt: customer.updatedAt, isNew: true),
            "ProductFields": RetailOS.product(ListingPublished.example.listing, retail: nil, isNew: true),
            "StoreFields": RetailOS.store(StoreCreated.example.store, retail: nil, isNew: true),
        ]
        for (name, record) in records {
            let schema = try #require(document["components"]?["schemas"]?[name])
            guard case .object(let properties)? = schema["properties"] else {
                Issue.record("\(name) has no properties")
                continue
            }
            #expect(Set(record.keys) == Set(properties.keys), "\(name)")
        }
    }

    private func compare(_ value: JSONValue, _ schema: JSONValue, in document: JSONValue, _ place: String) throws {
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
            for (name, member) in members {
                try compare(member, try #require(properties[name]), in: document, "\(place).\(name)")
            }
        case .array(let elements):
            for element in elements { try compare(element, try #require(schema["items"]), in: document, "\(place)[]") }
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
