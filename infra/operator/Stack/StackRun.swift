import Edge
import Foundation
import LocalStack
import Messaging
import Schema

/// A local stack from its start to its end, in the foreground of this process.
struct StackRun {
    let directory: StackDirectory
    let ports: StackPorts
    let replicas: Int
    let usesTLS: Bool

    /// Returns after someone asked to stop and everything has stopped.
    /// - Throws: when the stack cannot be started; by then it has been stopped again.
    func run(until request: StopRequest) async throws {
        try directory.create()
        try directory.claim()
        try await directory.clearLeftovers()
        try directory.clearLogs()
        let parts = StackParts(
            directory: directory, ports: ports, replicas: replicas,
            secrets: try await Secrets.loadOrGenerate(file: directory.secrets), usesTLS: usesTLS)
        let record = StateRecord(directory: directory, parts: parts)
        let supervisor = Supervisor { children in record.change { $0.children = children } }

        let outcome: Result<Void, any Error>
        do {
            try await withThrowingTaskGroup { group in
                group.addTask { _ = await request.next() }
                group.addTask {
                    try await boot(parts, supervisor, record)
                    try await StatusTable.show { record.current }
                }
                defer { group.cancelAll() }
                try await group.next()
            }
            outcome = .success(())
        } catch {
            if case LocalStackError.notReady(_, let log?) = error { Console.tail(log) }
            outcome = .failure(error)
        }
        Console.step("Stopping")
        let impatience = Task {
            if await request.next() { await supervisor.kill() }
        }
        await supervisor.stop()
        impatience.cancel()
        StackState.remove(directory: directory.path)
        try outcome.get()
    }

    private func boot(_ parts: StackParts, _ supervisor: Supervisor, _ record: StateRecord) async throws {
        let begin = ContinuousClock.now
        func enter(_ phase: String) {
            record.change { $0.phase = phase }
            Console.step(phase)
        }
        try checkPorts(parts)
        let cluster = parts.postgresCluster
        enter("Starting Postgres and devbroker")
        try await supervisor.start([parts.postgres(cluster), parts.broker])
        enter("Migrating the database")
        let applied = try await ServiceMigrations(
            adminURL: cluster.adminURL(), passwords: try parts.secrets.rolePasswords
        ).apply()
        for name in applied { Console.detail(name) }
        enter("Starting the services")
        try await supervisor.start(try parts.services)
        enter("Starting the gateway")
        try await supervisor.start([try await parts.gateway()])
        enter("Publishing demo data")
        let client = ManagementClient(
            baseURL: record.current.baseURL, adminKey: parts.secrets.demoKey(.management))
        try await DemoData(client: client, secrets: parts.secrets).publish()
        try await waitForConsumers(record.current.children)
        let seconds = (ContinuousClock.now - begin) / .seconds(1)
        Console.step("Ready after \(String(format: "%.1f", seconds)) s: \(record.current.baseURL)")
        Console.detail("curl -H 'Authorization: Bearer \(parts.secrets.demoKey(.watchTraderHub))' \\")
        Console.detail("    \(record.current.baseURL)/api/v1/listings")
        record.change { $0.phase = StackState.readyPhase }
    }

    /// A service answers before it has joined its consumer group; only then does it know what the others have told.
    private func waitForConsumers(_ children: [StackState.Child]) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        // What they say before is from a look before the last was told.
        try await Task.sleep(for: ConsumerConfiguration().measurementInterval + .milliseconds(100))
        for child in children where ServiceName(rawValue: child.name) != nil {
            while await !StatusTable.follows(child.port) {
                guard ContinuousClock.now < deadline else {
                    throw OperatorError("\(child.name) has not joined its consumer group within a minute")
                }
                try await Task.sleep(for: .milliseconds(50))
            }
        }
    }

    /// Names a port that another program has before a part fails on it in words of its own.
    private func checkPorts(_ parts: StackParts) throws {
        var wanted = [ports.gateway, ports.postgres, ports.broker, ports.brokerControl]
        if usesTLS { wanted.append(ports.gatewayTLS) }
        for service in ServiceName.allCases { wanted += (0..<replicas).map { ports.service(service, replica: $0) } }
        guard let taken = wanted.first(where: { !Port.isFree($0) }) else { return }
        throw OperatorError("port \(taken) is taken by another program; choose others with --port-base")
    }
}
