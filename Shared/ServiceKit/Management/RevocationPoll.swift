import Edge
import Logging
import Messaging
import Postgres
import Schema
import ServiceLifecycle

/// Learns of API keys that another replica was told to refuse: of a consumer group's members only one reads the event.
struct RevocationPoll: Service {
    /// A transaction's time is that of its beginning; it may become visible this much later.
    private static let overlap = Duration.seconds(60)
    private static let interval = Duration.seconds(1)

    let database: PostgresDatabase
    let revocations: RevocationList
    let logger: Logger

    func run() async throws {
        // What is under way is dropped at once: a shutdown waits for no answer of a database that is away.
        await cancelWhenGracefulShutdown {
            var since = Timestamp(microseconds: 0)
            await repeatUntilShutdown(every: Self.interval, logger: logger, "read the revoked keys") {
                since = try await load(since: since)
            }
        }
    }

    /// Adds the keys revoked since then to the list.
    ///
    /// - Returns: From when to read the next time.
    func load(since: Timestamp) async throws -> Timestamp {
        let rows = try await database.query(
            "SELECT key_id, revoked_at FROM revoked_keys WHERE revoked_at >= \(since)")
        revocations.revoke(try rows.map { try $0["key_id", as: String.self] })
        let latest = try rows.map { try $0["revoked_at", as: Timestamp.self] }.max()
        return max(since, latest.map { $0 - Self.overlap } ?? since)
    }
}
