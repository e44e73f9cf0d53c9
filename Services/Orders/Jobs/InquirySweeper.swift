import Logging
import ServiceLifecycle

/// Deletes questions to other services once nobody can be waiting for their answers.
struct InquirySweeper: Service {
    let store: InquiryStore
    var interval = Duration.seconds(60)
    let logger: Logger

    /// Runs until the service is asked to end.
    func run() async throws {
        await repeatUntilShutdown(every: interval, "delete old inquiries", logger) {
            try await store.deleteOld()
        }
    }
}
