import Edge
import HTTPTypes
import Postgres
import Schema
import TestKit
import Testing

@testable import Payments

/// A till whose account has a gateway at Stripe, for which PyPI's localstripe stands in.
struct StripeTill: Sendable {
    static let apiKey = "sk_test_12345"
    static let webhookSecret = "whsec_test"

    let till: Till
    /// Speaks to the stand-in directly.
    let stripe: APIClient
    let routes: [Route]

    /// - Parameter losesCharge: Loses the answer of the charge with this key.
    static func with(
        losesCharge: @escaping @Sendable (TransactionID) async -> Bool = { _ in false },
        losesRefund: @escaping @Sendable (TransactionID) async -> Bool = { _ in false }, runs: Bool = true,
        _ body: (StripeTill) async throws -> Void
    ) async throws {
        let server = try await Python.Server("localstripe") { ["--port", String($0), "--from-scratch"] }
        defer { server.stop() }
        let url = "http://127.0.0.1:\(server.port)"
        let directory: Till.Directory = { database, keyring, sandbox in
            let store = GatewayStore(database: database, keyring: keyring)
            let customers = GatewayCustomerStore(database: database)
            return ConfiguredGateways(store: store, sandbox: sandbox) { settings, secrets in
                let gateway = StripeGateway(settings, secrets, url: url, customers: customers)
                return FlakyGateway(inner: gateway, losesCharge: losesCharge, losesRefund: losesRefund)
            }
        }
        try await Till.with(directory: directory, runs: runs) { till in
            let store = GatewayStore(database: till.database, keyring: till.keyring)
            let routes =
                GatewayRoutes(store: store, directory: try #require(till.gateways as? ConfiguredGateways)).routes
                + StripeWebhookRoutes(
                    gateways: store, transactions: till.charging.store, settler: till.charging.settler
                ).routes
            let stripe = APIClient(baseURL: url, authorization: "Bearer \(apiKey)")
            let shop = StripeTill(till: till, stripe: stripe, routes: routes)
            #expect(try await shop.configure().status == 201)
            try await body(shop)
        }
    }

    /// Configures a gateway, by default the account's first, at Stripe.
    func configure(
        _ id: String = "1",
        _ body: JSONValue = [
            "name": "Stripe", "kind": "stripe", "descriptor": "SHOP", "secret": .string(apiKey),
            "webhook_secret": .string(webhookSecret),
        ]
    ) async throws -> (status: Int, json: JSONValue) {
        try await routes.call(.put, "/admin/v1/gateways/{id}", ["id": id], body: body, account: till.account)
    }

    /// What Stripe has of a kind: `payment_intents`.
    func objects(_ kind: String) async throws -> [JSONValue] {
        try await stripe.send("GET", "/v1/\(kind)?limit=100").json["data"]?.array ?? []
    }

    /// Brings a webhook to its route and answers its status.
    func deliver(_ body: [UInt8], signature: String, account: AccountID? = nil) async throws -> Int {
        let route = try #require(routes.first { $0.template == "/webhooks/stripe/{account}" })
        var headers: HTTPFields = [:]
        headers[try #require(HTTPField.Name("Stripe-Signature"))] = signature
        let request = try APIRequest(
            route: route, parameters: ["account": (account ?? till.account).description], headers: headers,
            principal: .anonymous, body: body)
        do {
            return try await route.handler(request).status.code
        } catch let error as RequestError {
            return route.dialect.render(error, requestID: "req_test").status.code
        }
    }
}
