import Edge
import Foundation
import Schema
import TestKit

/// How many carts a second are held against a coupon, at the port of orders.
struct CouponValidation {
    let stack: BenchStack
    let seconds: Int

    private static let code = "BENCH10"
    private static let connections = 32
    private static let turns = 3

    func measure() async throws -> [Figure] {
        try await create()
        _ = try await load(seconds: 2)
        var rates: [Double] = []
        for _ in 1...Self.turns { rates.append(try await load(seconds: seconds)) }
        return [
            Figure(
                name: "coupon validate, at the service's port", value: rates.median, unit: "/s", bound: nil,
                mark: .atLeast(8000))
        ]
    }

    /// A coupon with some of everything that a cart is held against.
    private func create() async throws {
        let reply = try await stack.client(.healthSuite).send(
            "POST", "/v1/coupons",
            body: [
                "code": .string(Self.code), "name": "Bench", "type": "percentage", "discount_amount": "10.00",
                "minimum_purchase": "20.00", "maximum_discount": "40.00", "is_active": true,
                "usage_limit_per_coupon": 1000, "usage_limit_per_customer": 1, "allowed_countries": ["US", "CA"],
                "starts_at": "2026-01-01T00:00:00Z", "expires_at": "2036-01-01T00:00:00Z",
            ], headers: ["Accept": "application/json"])
        guard reply.status == 201 else { throw OperatorError("the coupon was answered \(reply.text)") }
    }

    private func load(seconds: Int) async throws -> Double {
        try await stack.wrk(
            port: stack.port(.orders), script: "coupon-validate", connections: Self.connections, seconds: seconds,
            arguments: [stack.secrets.demoKey(.healthSuite), Self.code]
        ).rate
    }
}
