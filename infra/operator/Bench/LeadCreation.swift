import Edge
import Foundation
import Schema

/// How many leads a second the checkout takes, beside bare Postgres doing the same SQL.
struct LeadCreation {
    let stack: BenchStack
    let seconds: Int

    private static let connections = 32
    private static let turns = 5

    /// Both loads take turns, and each figure is the median of its turns, as for ``OrderCreation``.
    func measure() async throws -> [Figure] {
        try await stack.pausing(ServiceName.allCases.filter { $0 != .orders }) {
            _ = try await load(seconds: 2)
            var turns: [(leads: Double, bound: Double)] = []
            for turn in 1...Self.turns {
                turns.append((leads: try await load(seconds: seconds), bound: try await pgbench(turn)))
            }
            return [
                Figure(
                    name: "lead create, at the service's port", value: turns.map(\.leads).median, unit: "/s",
                    bound: turns.map(\.bound).median, mark: .atLeast(0.4))
            ]
        }
    }

    private func load(seconds: Int) async throws -> Double {
        try await stack.wrk(
            port: stack.port(.orders), script: "checkout-create", connections: Self.connections, seconds: seconds,
            arguments: [
                "/checkout/leads", stack.secrets.demoKey(.healthSuite), UUIDv7.next().uuidString, "lead",
            ]
        ).rate
    }

    private func pgbench(_ turn: Int) async throws -> Double {
        try await stack.pgbench(
            "lead-create", as: .orders, connections: Self.connections, seconds: seconds, turn: turn,
            variables: [
                "account": stack.secrets.demoAccount.uuid.uuidString,
                "person": String(repeating: "p", count: 300), "address": String(repeating: "a", count: 120),
                "saved": String(repeating: "s", count: 600), "created": String(repeating: "c", count: 1100),
            ])
    }
}
