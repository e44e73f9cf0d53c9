import Edge
import Foundation
import HTTPTypes
import Schema
import TestKit
import Testing

/// The APIs' descriptions, as they are served.
@Suite struct OpenAPITests {
    /// Where a description is served, and which routes it is of.
    struct Description: Sendable, CustomTestStringConvertible {
        let path: String
        let dialect: DialectName
        let prefix: String

        var testDescription: String { path }

        static let all = [
            Description(path: "/api/v1/openapi.json", dialect: .watchTraderHub, prefix: "/"),
            Description(path: "/checkout/openapi.json", dialect: .healthSuite, prefix: "/checkout/"),
            Description(path: "/v1/openapi/rest.json", dialect: .healthSuite, prefix: "/v1/"),
            Description(path: "/v1/openapi/crm.json", dialect: .noticia, prefix: "/v1/"),
            Description(path: "/v1/openapi/brand.json", dialect: .giddyUp, prefix: "/"),
            Description(path: "/v2/public/openapi.json", dialect: .retailOS, prefix: "/"),
        ]

        /// As everyone gets it, without a key.
        func document() async throws -> APIClient.Reply {
            let stack = try await SharedStack.value()
            return try await APIClient(baseURL: stack.baseURL, authorization: nil)
                .send("GET", path, headers: ["Accept": "application/json"])
        }
    }

    @Test(arguments: Description.all) func theDocumentValidates(description: Description) async throws {
        let document = try await description.document()
        #expect(document.status == 200)
        let said = try Python.run(
            """
            import json, sys
            from openapi_spec_validator import validate
            validate(json.load(sys.stdin))
            print("valid")
            """, input: Data(document.body))
        #expect(said == "valid")
    }

    /// Real answers, good and bad, against the schemas that the document gives for them.
    @Test func theAnswersAreAsDescribed() async throws {
        let dealer = try await SharedStack.dealer()
        let listing = try await DealerJourneyTests.publish()
        var checks: [JSONValue] = []
        func check(
            _ schema: String, _ method: String, _ path: String, body: JSONValue? = nil, status: Int = 200
        ) async throws {
            let key = UUIDv7.next().uuidString
            let reply = try await dealer.send(method, "/api/v1" + path, body: body, headers: ["Idempotency-Key": key])
            #expect(reply.status == status, "\(path): \(reply.text)")
            checks.append(["schema": .string(schema), "answer": try reply.json])
        }
        try await check("Order", "POST", "/orders", body: DealerJourneyTests.order(listing, of: listing), status: 201)
        try await check("OrderList", "GET", "/orders?limit=1")
        try await check("ListingList", "GET", "/listings?limit=1")
        try await check("Integration", "GET", "/me")
        try await check("Customer", "POST", "/customers", body: ["external_id": .string(listing)], status: 201)
        let customers: JSONValue = ["customers": [["external_id": .string(listing)], ["email": "nobody"]]]
        try await check("BulkCustomers", "POST", "/customers/bulk", body: customers)
        try await check("Error", "GET", "/orders?after=garbage", status: 400)
        try await check("Error", "POST", "/orders", body: ["metadata": ["n": 5]], status: 400)
        let huge: JSONValue = ["n": .number(try #require(JSONNumber("1e50")))]
        let customer: JSONValue = ["external_id": .string(listing), "metadata": huge]
        try await check("Error", "POST", "/customers", body: customer, status: 400)
        let document = try await dealer.send("GET", "/api/v1/openapi.json").json
        let said = try Python.run(
            """
            import json, sys
            from jsonschema import Draft202012Validator
            given = json.load(sys.stdin)
            for check in given["checks"]:
                schema = {**given["document"], "$ref": "#/components/schemas/" + check["schema"]}
                for error in Draft202012Validator(schema).iter_errors(check["answer"]):
                    print(check["schema"], error.json_path, error.message)
            print("checked")
            """, input: Data(try JSON.encode(["document": document, "checks": .array(checks)] as JSONValue)))
        #expect(said == "checked")
    }

    /// The same operations, each with the permission that its route asks for.
    @Test(arguments: Description.all) func theDocumentAgreesWithTheRoutes(description: Description) async throws {
        guard case .object(let paths) = try await description.document().json["paths"] ?? nil else {
            Issue.record("the document has no paths")
            return
        }
        var described: [String: [String]] = [:]
        for (path, item) in paths {
            guard case .object(let operations) = item else { continue }
            for (method, operation) in operations where ["get", "post", "put", "patch", "delete"].contains(method) {
                var permissions: [String] = []
                if case .array(let names)? = operation["x-permissions"] { permissions = names.compactMap(\.string) }
                described["\(method.uppercased()) \(Self.relative(path))"] = permissions
            }
        }
        var routes: [String: Route] = [:]
        for route in try ServedRoutes.all() where route.dialect.name == description.dialect {
            guard route.template.hasPrefix(description.prefix) else { continue }
            routes["\(route.method.rawValue) \(Self.relative(route.template))"] = route
        }
        #expect(Set(described.keys) == Set(routes.keys))
        for (name, route) in routes {
            let permissions = described[name] ?? []
            // Where a parameter decides on the permission, the handler asks for it.
            guard permissions.count < 2 else { continue }
            #expect(permissions.first == route.permission?.rawValue, "\(name)")
        }
    }

    /// The path below the API's prefix, with all parameters called alike.
    private static func relative(_ path: String) -> String {
        path.replacing(/^(\/api)?\/v1/, with: "").replacing(/\{[^}]+\}/, with: "{}")
    }
}
