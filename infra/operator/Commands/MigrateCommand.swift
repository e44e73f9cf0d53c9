import ArgumentParser
import Foundation
import LocalStack
import Schema

struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate", abstract: "Brings the database up to date: roles, schemas and tables of every service.",
        discussion: """
            Without --admin-url it is the local stack's, up or down. Otherwise the roles' passwords come \
            from CARAVAN_CATALOG_PASSWORD and so on, in the environment.
            """)

    @OptionGroup var stack: StackOptions

    @Option(help: "URL of a role that may create databases and roles; also CARAVAN_ADMIN_DATABASE_URL.")
    var adminURL: String?

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        if let adminURL = adminURL ?? environment["CARAVAN_ADMIN_DATABASE_URL"] {
            try await migrate(adminURL, try Secrets.rolePasswords(in: environment))
        } else {
            try await migrateLocally()
        }
    }

    private func migrateLocally() async throws {
        let place = stack.place
        try place.create()
        let secrets = try await Secrets.loadOrGenerate(file: place.secrets)
        if let state = StackState.read(directory: place.path), state.supervisor.isRunning {
            let cluster = parts(state.ports, secrets).postgresCluster
            return try await migrate(cluster.adminURL(), try secrets.rolePasswords)
        }
        try place.claim()
        let cluster = parts(StackPorts(base: try Port.freeBlock(of: StackPorts.count(replicas: 1))), secrets)
            .postgresCluster
        try await cluster.start()
        let result: Result<Void, any Error>
        do { result = .success(try await migrate(cluster.adminURL(), try secrets.rolePasswords)) } catch {
            result = .failure(error)
        }
        await cluster.stop()
        try result.get()
    }

    private func migrate(_ adminURL: String, _ passwords: [ServiceName: String]) async throws {
        let applied = try await ServiceMigrations(adminURL: adminURL, passwords: passwords).apply()
        for name in applied { print(name) }
        Console.step(applied.isEmpty ? "The database is up to date" : "\(applied.count) migrations applied")
    }

    private func parts(_ ports: StackPorts, _ secrets: Secrets) -> StackParts {
        StackParts(directory: stack.place, ports: ports, replicas: 1, secrets: secrets, usesTLS: false)
    }
}
