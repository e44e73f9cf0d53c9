import Foundation
import LocalStack
import TestKit
import Testing

@Suite struct PostgresClusterTests {
    @Test func aClusterStartsRestartsAndKeepsItsData() async throws {
        let cluster = PostgresCluster(
            configuration: .init(
                directory: try TemporaryDirectory.make("cluster"), port: try Port.freeBlock(of: 1),
                password: "secret", settings: ["fsync": "off"]))
        try await cluster.start()
        try await psql("CREATE TABLE kept AS SELECT 42 AS answer", cluster)
        try await cluster.restart(.immediate)
        #expect(try await psql("SELECT answer FROM kept", cluster) == "42\n")
        await cluster.stop()
        #expect(cluster.child?.exit == .exited(0))
    }

    /// What a killed supervisor leaves behind: a server that still holds the directory.
    @Test func aLeftoverServerGivesWay() async throws {
        let configuration = PostgresCluster.Configuration(
            directory: try TemporaryDirectory.make("leftover"), port: try Port.freeBlock(of: 1),
            settings: ["fsync": "off"])
        let first = PostgresCluster(configuration: configuration)
        try await first.start()
        let second = PostgresCluster(configuration: configuration)
        try await second.start()
        #expect(await first.child?.waitForExit() == .exited(0))
        #expect(second.child?.isRunning == true)
        await second.stop()
    }

    @Test func anUnreachableDirectoryIsExplained() async throws {
        try #require(geteuid() == 0, "only root runs the server as another account")
        let closed = try TemporaryDirectory.make("closed")
        chmod(closed, 0o700)
        let cluster = PostgresCluster(
            configuration: .init(directory: closed + "/postgres", port: try Port.freeBlock(of: 1)))
        do {
            try await cluster.start()
            Issue.record("the server started in a directory that it cannot reach")
        } catch LocalStackError.unsuitable(let reason) {
            #expect(reason.contains("chmod o+x"))
            #expect(reason.contains(closed))
        }
    }

    @discardableResult
    private func psql(_ sql: String, _ cluster: PostgresCluster) async throws -> String {
        try await ChildProcess.run(.init("psql", ["-XAtq", "-v", "ON_ERROR_STOP=1", "-c", sql, cluster.adminURL()]))
    }
}
