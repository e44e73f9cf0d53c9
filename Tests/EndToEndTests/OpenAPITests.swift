import Catalog
import Consent
import Edge
import Foundation
import HTTPTypes
import Logging
import Notifications
import Orders
import Schema
import ServiceKit
import TestKit
import Testing

/// The dealer API's description, as it is served.
@Suite struct OpenAPITests {
    @Test func theDocumentValidates() async throws {
        let document = try await SharedStack.dealer().send("GET", "/api/v1/openapi.json")
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

    @Test func theDocumentAgreesWithTheRoutes() async throws {
        let document = try await SharedStack.dealer().send("GET", "/api/v1/openapi.json").json
        guard case .object(let paths) = document["paths"] ?? nil else {
            Issue.record("the document has no paths")
            return
        }
        var described: Set<String> = []
        for (path, item) in paths {
            guard case .object(let operations) = item else { continue }
            for method in operations.keys where ["get", "post", "put", "patch", "delete"].contains(method) {
                described.insert("\(method.uppercased()) \(Self.relative(path))")
            }
        }
        let routes = try Self.dealerRoutes().map { "\($0.method.rawValue) \(Self.relative($0.template))" }
        #expect(described == Set(routes))
    }

    /// The path below the API's prefix, with all parameters called alike.
    private static func relative(_ path: String) -> String {
        path.replacing(/^(\/api)?\/v1/, with: "").replacing(/\{[^}]+\}/, with: "{}")
    }

    private static func dealerRoutes() throws -> [Route] {
        func routes<S: CaravanService>(_ service: S.Type) throws -> [Route] {
            let environment = [
                "CARAVAN_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
                "CARAVAN_KAFKA_BROKERS": "127.0.0.1:1",
                "CARAVAN_KEY_PUBLIC": try APIKeySigner(privateKey: APIKeySigner.generatePrivateKey()).publicKey,
                "CARAVAN_DATA_KEYS": "k1:\(DataKeyring.generateKey())",
            ]
            let platform = Platform(
                configuration: try CaravanConfiguration(service: S.name, environment: environment),
                metrics: PrometheusRegistry(), logger: Logger(label: "test"))
            return try S(platform: platform).routes
        }
        let all =
            try routes(CatalogService.self) + routes(OrdersService.self) + routes(ConsentService.self)
            + routes(NotificationsService.self)
        return all.filter { $0.dialect.name == .watchTraderHub }
    }
}
