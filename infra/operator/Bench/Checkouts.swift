import Edge
import Foundation
import Postgres
import Schema
import TestKit

/// Card checkouts, from the request to the answer that the card was charged: orders asks payments over the bus, the
/// sandbox gateway is asked, and the outcome comes back over the bus.
struct Checkouts {
    let stack: BenchStack
    let seconds: Int

    private static let rate = 50
    private static let connections = 64
    private static let turns = 3

    // MARK: Latency

    /// Through the gateway, while all services run.
    func measureLatency() async throws -> [Figure] {
        let shop = stack.client(.healthSuite)
        for number in 0..<(Self.rate * 2) { try await checkOut("warm-up-\(number)", at: shop) }
        let pace = Pace(perSecond: Self.rate)
        let delays = try await withThrowingTaskGroup(of: Double.self) { group in
            // Twice as long as the others: a percentile wants samples.
            for number in 0..<(Self.rate * seconds * 2) {
                try await pace.next()
                group.addTask {
                    let start = ContinuousClock.now
                    try await checkOut("latency-\(number)", at: shop)
                    return (ContinuousClock.now - start) / .milliseconds(1)
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }.sorted()
        return [
            Figure(
                name: "card checkout at 50/s, p50", value: delays[delays.count / 2], unit: "ms", bound: nil,
                mark: .atMost(15)),
            Figure(
                name: "card checkout at 50/s, p99", value: delays[delays.count * 99 / 100], unit: "ms", bound: nil,
                mark: .atMost(60)),
        ]
    }

    /// One new customer's order, paid by a test card.
    private func checkOut(_ name: String, at shop: APIClient) async throws {
        let reply = try await shop.send(
            "POST", "/checkout/orders",
            body: [
                "customer": [
                    "email": .string("\(name)@shop.example"), "first_name": "Jo", "last_name": "Doe",
                    "phone": "2135550123",
                ],
                "shipping": [
                    "address1": "1 Main St", "city": "Los Angeles", "state": "CA", "postal_code": "90001",
                    "country": "US",
                ],
                "campaign_id": "1001", "currency": "USD", "products": [["offer_id": "2001", "quantity": 2]],
                "payment": [
                    "method": "card", "card_number": "4111111111111111", "card_exp_month": "12",
                    "card_exp_year": "2035", "card_cvv": "123",
                ],
            ], headers: ["Accept": "application/json"])
        guard reply.status == 201, try reply.json["data"]?["payment_status"] == "completed" else {
            throw OperatorError("a checkout was answered \(reply.text)")
        }
    }

    // MARK: Throughput

    /// At the port of orders, while only orders and payments run: the others read what the two say, and would on other
    /// machines. As many checkouts as the mock broker holds: some 20,000.
    func measureThroughput() async throws -> [Figure] {
        let consumers = ServiceName.allCases.filter { $0 != .orders && $0 != .payments }
        let rates = try await stack.pausing(consumers) {
            _ = try await load(seconds: 2)
            var rates: [Double] = []
            for _ in 1...Self.turns { rates.append(try await load(seconds: seconds)) }
            return rates
        }
        try await requireAllPaid()
        return [
            Figure(
                name: "card checkouts, sustained, at the service's port", value: rates.median, unit: "/s", bound: nil,
                mark: .atLeast(1000))
        ]
    }

    private func load(seconds: Int) async throws -> Double {
        try await stack.wrk(
            port: stack.port(.orders), script: "checkout-create", connections: Self.connections, seconds: seconds,
            arguments: [
                "/checkout/orders", stack.secrets.demoKey(.healthSuite), UUIDv7.next().uuidString, "paid",
            ]
        ).rate
    }

    /// An answer that the payment is under way would count as well, so every order must turn out to be paid, with a
    /// payment that the books know.
    private func requireAllPaid() async throws {
        try await eventually(timeout: .seconds(30), "the last orders are paid") { try await unpaid() == 0 }
        let (orders, sales) = try await stack.withDatabase { database in
            let row = try await database.query(
                """
                SELECT (SELECT count(*) FROM orders.checkouts) AS orders,
                    (SELECT count(*) FROM payments.ledger_postings
                     WHERE movement = 'capture' AND ledger_account = 'sales') AS sales
                """)[0]
            return (try row["orders", as: Int.self], try row["sales", as: Int.self])
        }
        guard orders == sales else { throw OperatorError("\(orders) orders were paid by \(sales) charges") }
    }

    private func unpaid() async throws -> Int {
        try await stack.withDatabase { database in
            try await database.query("SELECT count(*) AS n FROM orders.checkouts WHERE status <> 'processing'")[0]["n"]
        }
    }
}
