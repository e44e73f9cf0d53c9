import Foundation
import Messaging
import Postgres
import Schema
import TestKit
import Testing

@testable import ServiceKit

/// A real executable: what it says when it cannot start, and how it ends.
@Suite struct ServiceProcessTests {
    /// Starts the built `payments`, which depends on nothing that these tests don't have.
    private static func start(_ environment: [String: String]) async throws -> (process: ChildProcess, log: String) {
        let log = try TemporaryDirectory.make("service") + "/payments.log"
        let process = try await ChildProcess.start(
            ChildProcess.Command(BuiltProducts.path(of: "payments"), environment: environment, logFile: log))
        return (process, log)
    }

    @Test func anIncompleteEnvironmentIsOneLineAndStatus78() async throws {
        let (process, log) = try await Self.start(["CARAVAN_DATABASE_URL": "", "CARAVAN_HTTP_PORT": "eighty"])
        #expect(await process.waitForExit() == .exited(78))
        let text = try String(contentsOfFile: log, encoding: .utf8)
        #expect(text.split(separator: "\n").count == 1)
        #expect(text.hasPrefix("payments: wrong configuration: CARAVAN_DATABASE_URL is missing; "))
        #expect(text.contains("CARAVAN_HTTP_PORT must be a whole number from 0 to 65535, but is \"eighty\""))
    }

    @Test func pendingMigrationsAreOneLineAndStatus75() async throws {
        try await TestDatabase.with { _, test in
            let (process, log) = try await Self.start(Self.environment(test.url, port: 0))
            #expect(await process.waitForExit() == .exited(75))
            let text = try String(contentsOfFile: log, encoding: .utf8)
            #expect(text.split(separator: "\n").count == 1)
            #expect(text.hasPrefix("payments: ") && text.hasSuffix(": run `caravan migrate`.\n"))
        }
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func itStopsWhenAsked(signal: Int32) async throws {
        let port = try Port.freeBlock(of: 1)
        // Neither database nor broker: the worst moment to be stopped is no excuse.
        let (process, log) = try await Self.start(Self.environment("postgresql://127.0.0.1:1/none", port: port))
        try await eventually("it lives") { try await LocalHTTP.request("GET", "/livez", port: port).status == 200 }
        process.signal(signal)
        #expect(await process.waitForExit() == .exited(0))
        #expect(try String(contentsOfFile: log, encoding: .utf8).contains("\"message\":\"Stopped\""))
    }

    private static func environment(_ url: String, port: Int) -> [String: String] {
        Environments.with([
            "CARAVAN_DATABASE_URL": url, "CARAVAN_KAFKA_BROKERS": "127.0.0.1:1", "CARAVAN_HTTP_PORT": "\(port)",
        ])
    }
}
