import Logging
import Messaging
import ServiceLifecycle

/// Removes old messages, a few at a time. Any number of replicas may run it.
struct MessageRetention: Service {
    private static let interval = Duration.seconds(600)

    let store: MessageStore
    /// How long what was sent or given up is kept.
    let age: Duration
    let logger: Logger

    func run() async throws {
        await repeatUntilShutdown(every: Self.interval, logger: logger, "remove old messages") {
            while try await store.remove(olderThan: age) {}
        }
    }
}
