import Glibc
import ServiceLifecycle

/// Hears of the shutdown first, as the last in the group: the process is not ready any more, and has a last deadline.
struct ShutdownWatch: Service {
    /// After so long the group is cancelled instead of asked; what is cut off then is repeated after the next start.
    static let patience = Duration.seconds(7)
    /// After so many seconds the kernel ends the process, even one whose threads all hang.
    static let deadline: UInt32 = 9

    let health: Health
    /// Whether the process is this service's own; a test host must not be ended.
    let ownsProcess: Bool

    func run() async throws {
        try? await gracefulShutdown()
        health.beginShutdown()
        if ownsProcess { alarm(Self.deadline) }
    }
}
