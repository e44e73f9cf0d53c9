import Logging
import Messaging
import ServiceLifecycle

/// Makes the error reports that are due, and removes the files of old ones. Any number of replicas may run it.
struct ErrorReporter: Service {
    private static let interval = Duration.seconds(15)

    let reporting: ErrorReporting
    let logger: Logger

    func run() async throws {
        await repeatUntilShutdown(every: Self.interval, logger: logger, "make error reports") {
            while try await reporting.reportNext() {}
            try await reporting.removeExpired()
        }
    }
}
