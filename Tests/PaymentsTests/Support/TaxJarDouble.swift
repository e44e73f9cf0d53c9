import Schema
import Synchronization
import TestKit

@testable import Payments

/// A local server that answers as TaxJar's documentation shows.
final class TaxJarDouble: Sendable {
    let receiver: WebhookReceiver
    private let state: State

    private final class State: Sendable {
        let known = Mutex<Set<String>>([])
        /// Answers so many requests with 503 first.
        let failures = Mutex(0)
    }

    static let token = "tj_test"

    private init(receiver: WebhookReceiver, state: State) {
        self.receiver = receiver
        self.state = state
    }

    static func start() async throws -> TaxJarDouble {
        let state = State()
        let receiver = try await WebhookReceiver.start { request in
            guard request.headers["authorization"] == "Bearer \(token)" else {
                return .init(401, body: #"{"status":401,"error":"Unauthorized","detail":"Not authorized"}"#)
            }
            let fails = state.failures.withLock { count in
                defer { count = max(0, count - 1) }
                return count > 0
            }
            if fails { return .init(503, body: "<html>Service Unavailable</html>") }
            let body = try JSON.decode(JSONValue.self, from: request.body)
            guard request.path != "/v2/taxes" else { return taxes(body) }
            let id = body["transaction_id"]?.string ?? ""
            guard state.known.withLock({ $0.insert(id).inserted }) else { return .init(422, body: duplicate) }
            return .init(201, body: request.path.hasSuffix("orders") ? #"{"order":{}}"# : #"{"refund":{}}"#)
        }
        return TaxJarDouble(receiver: receiver, state: state)
    }

    var account: TaxJarAccount { TaxJarAccount(token: Self.token, url: receiver.url("")) }

    func fail(_ count: Int) { state.failures.withLock { $0 = count } }

    func stop() async { await receiver.stop() }

    /// The bodies sent to a path, in their order.
    func bodies(_ path: String) throws -> [JSONValue] {
        try receiver.deliveries.filter { $0.path == path }.map { try JSON.decode(JSONValue.self, from: $0.body) }
    }

    private static func taxes(_ body: JSONValue) -> WebhookReceiver.Answer {
        if body["line_items", "0", "product_tax_code"]?.string == "nonsense" {
            return .init(400, body: #"{"status":400,"error":"Bad Request","detail":"product_tax_code is invalid"}"#)
        }
        return .init(200, body: body["to_country"]?.string == "CA" ? canada : calculation)
    }

    /// "Calculate sales tax for an order", the example of a US order.
    private static let calculation = """
        {"tax":{"order_total_amount":16.5,"shipping":1.5,"taxable_amount":15.0,"amount_to_collect":1.35,"rate":0.09,
        "has_nexus":true,"freight_taxable":false,"tax_source":"destination","jurisdictions":{"country":"US","state":"CA",
        "county":"LOS ANGELES","city":"LOS ANGELES"},"breakdown":{"taxable_amount":15.0,"tax_collectable":1.35,
        "combined_tax_rate":0.09,"state_taxable_amount":15.0,"state_tax_rate":0.0625,"state_tax_collectable":0.94,
        "county_taxable_amount":15.0,"county_tax_rate":0.0025,"county_tax_collectable":0.04,"city_taxable_amount":0.0,
        "city_tax_rate":0.0,"city_tax_collectable":0.0,"special_district_taxable_amount":15.0,"special_tax_rate":0.025,
        "special_district_tax_collectable":0.38,"line_items":[]}}}
        """
    /// An order to Canada with taxed shipping, in the shape of "Calculate sales tax for an order".
    private static let canada = """
        {"tax":{"order_total_amount":26.95,"shipping":10.0,"taxable_amount":26.95,"amount_to_collect":3.5,"rate":0.13,
        "has_nexus":true,"freight_taxable":true,"tax_source":"destination","jurisdictions":{"country":"CA","state":"ON"},
        "breakdown":{"taxable_amount":26.95,"tax_collectable":3.5,"combined_tax_rate":0.13,"gst_taxable_amount":26.95,
        "gst_tax_rate":0.05,"gst":1.35,"pst_taxable_amount":26.95,"pst_tax_rate":0.08,"pst":2.16,"qst_taxable_amount":0.0,
        "qst_tax_rate":0.0,"qst":0.0,"shipping":{"taxable_amount":10.0,"tax_collectable":1.3,"combined_tax_rate":0.13,
        "gst":0.5,"pst":0.8}}}}
        """
    private static let duplicate =
        #"{"status":422,"error":"Unprocessable Entity","detail":"Provider tranx already imported for your user account"}"#
}
