import Edge
import Foundation
import LocalStack
import Schema

/// How many orders a second the dealer API takes, directly and through nginx, beside bare Postgres doing the same SQL.
struct OrderCreation {
    let stack: BenchStack
    let seconds: Int

    private static let connections = 32
    private static let turns = 5

    /// The three loads take turns, and each figure is the median of its turns: a machine shared with others is quick in
    /// one second and slow in the next, and a ratio of two such seconds says nothing.
    func measure() async throws -> [Figure] {
        let consumers = ServiceName.allCases.filter { $0 != .orders }
        return try await stack.pausing(consumers) {
            _ = try await load(stack.port(.orders), "/v1/orders", seconds: 2)
            var turns: [(direct: Double, gateway: Double, bound: Double)] = []
            for turn in 1...Self.turns {
                turns.append(
                    (
                        direct: try await load(stack.port(.orders), "/v1/orders", seconds: seconds).rate,
                        gateway: try await load(stack.ports.gateway, "/api/v1/orders", seconds: seconds).rate,
                        bound: try await pgbench(turn)
                    ))
            }
            let direct = turns.map(\.direct).median
            return [
                Figure(
                    name: "order create, at the service's port", value: direct, unit: "/s",
                    bound: turns.map(\.bound).median, mark: .atLeast(0.4)),
                Figure(
                    name: "order create, through nginx", value: turns.map(\.gateway).median, unit: "/s", bound: direct,
                    mark: .atLeast(0.8)),
            ]
        }
    }

    private func load(_ port: Int, _ path: String, seconds: Int) async throws -> BenchStack.Load {
        try await stack.wrk(
            port: port, script: "order-create", connections: Self.connections, seconds: seconds,
            arguments: [path, stack.secrets.demoKey(.watchTraderHub), UUIDv7.next().uuidString])
    }

    /// - Parameter turn: Gives the turn's orders ids of their own.
    private func pgbench(_ turn: Int) async throws -> Double {
        try await stack.pgbench(
            script: "order-create", clients: Self.connections, seconds: seconds,
            variables: [
                "counter": "\(turn * 10_000_000)", "body": String(repeating: "b", count: 640),
                "buyer": String(repeating: "c", count: 200), "payload": String(repeating: "p", count: 900),
            ])
    }
}
