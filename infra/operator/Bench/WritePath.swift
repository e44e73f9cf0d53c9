import Edge
import Foundation
import Schema

/// One write of an API, as a load for a service and as the SQL that it comes to: how many a second the service
/// takes, beside bare Postgres doing the same.
struct WritePath {
    let name: String
    let service: ServiceName
    let path: String
    /// The files of infra/bench, `.lua` and `.sql`.
    let script: String
    /// Whose key the load has.
    var dialect = DialectName.noticia
    /// The script's variables beside `account` and `counter`.
    var variables: [String: String] = [:]

    private static let connections = 32
    private static let turns = 5

    /// The two loads take turns, and the figure is the median of its turns: a machine shared with others is quick in one
    /// second and slow in the next. Services that only consume are paused, as they would be on other machines.
    func measure(on stack: BenchStack, seconds: Int) async throws -> Figure {
        let consumers = ServiceName.allCases.filter { $0 != service }
        return try await stack.pausing(consumers) {
            _ = try await load(stack, turn: 0, seconds: 2)
            var turns: [(direct: Double, bound: Double)] = []
            for turn in 1...Self.turns {
                let direct = try await load(stack, turn: turn, seconds: seconds)
                turns.append((direct: direct, bound: try await bound(stack, turn: turn, seconds: seconds)))
            }
            return Figure(
                name: name, value: turns.map(\.direct).median, unit: "/s", bound: turns.map(\.bound).median,
                mark: .atLeast(0.4))
        }
    }

    private func load(_ stack: BenchStack, turn: Int, seconds: Int) async throws -> Double {
        try await stack.wrk(
            port: stack.port(service), script: script, connections: Self.connections, seconds: seconds,
            arguments: [path, stack.secrets.demoKey(dialect), "\(turn)"]
        ).rate
    }

    private func bound(_ stack: BenchStack, turn: Int, seconds: Int) async throws -> Double {
        try await stack.pgbench(
            script, as: service, connections: Self.connections, seconds: seconds, turn: turn,
            variables: variables.merging(["account": stack.secrets.demoAccount.uuid.uuidString]) { own, _ in own })
    }
}
