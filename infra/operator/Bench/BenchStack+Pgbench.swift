import LocalStack
import Schema

extension BenchStack {
    /// Transactions a second of a script's statements, pipelined and prepared, as one of the services' roles.
    ///
    /// - Parameters:
    ///   - script: A file of infra/bench, without its ending.
    ///   - turn: Gives the turn's rows ids of their own: the script's variable `counter`.
    ///   - variables: Further ones.
    func pgbench(
        _ script: String, as service: ServiceName, connections: Int, seconds: Int, turn: Int,
        variables: [String: String]
    ) async throws -> Double {
        let parts = StackParts(directory: directory, ports: ports, replicas: 1, secrets: secrets, usesTLS: false)
        let definitions = variables.sorted { $0.key < $1.key }.flatMap { ["-D", "\($0.key)=\($0.value)"] }
        let output = try await ChildProcess.run(
            .init(
                try PostgresInstallation.program("pgbench"),
                [
                    "-n", "-M", "prepared", "-c", "\(connections)", "-j", "2", "-T", "\(seconds)",
                    "-f", Repository.root + "/infra/bench/\(script).sql", "-D", "counter=\(turn * 10_000_000)",
                ] + definitions + [try parts.databaseURL(of: service)]))
        let line = output.split(separator: "\n").first { $0.hasPrefix("tps = ") }
        guard let rate = line?.split(separator: " ").dropFirst(2).first.flatMap({ Double($0) }) else {
            throw OperatorError("pgbench said: \(output)")
        }
        return rate
    }
}
