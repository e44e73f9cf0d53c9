import Postgres
import ServiceLifecycle

/// Holds the pool open until everything that uses it has stopped: it stands first in the group, which stops from the
/// last to the first.
struct DatabaseService: Service {
    let database: PostgresDatabase

    func run() async throws {
        try? await gracefulShutdown()
        await database.shutdown()
    }
}
