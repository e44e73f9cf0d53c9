import Logging
import Messaging
import ServiceLifecycle

/// Makes the deliveries of replays, a batch at a time and no faster than their endpoints take them. Any number of replicas
/// may run it.
final class ReplayRunner: Service {
    private let store: ReplayStore
    private let logger: Logger

    /// How often to look whether an endpoint can take more.
    private static let interval = Duration.milliseconds(500)

    init(store: ReplayStore, logger: Logger) {
        self.store = store
        self.logger = logger
    }

    func run() async throws {
        await withGracefulShutdownHandler {
            await repeatUntilShutdown(every: .zero, logger: logger, "make the deliveries of replays") { [self] in
                await store.requests.wait(upTo: Self.interval)
                while try await store.advance() {}
            }
        } onGracefulShutdown: { [store] in
            store.requests.wake()
        }
    }
}
