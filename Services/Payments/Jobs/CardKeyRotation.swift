import Logging
import Schema
import ServiceLifecycle

/// Makes new card keys, has edges stop using the old ones, and destroys those that nothing is sealed to any more.
struct CardKeyRotation: Service {
    /// How long the edges may take to hear of a new key.
    static let overlap = Duration.seconds(60)
    private static let interval = Duration.seconds(15)

    let keys: CardKeyStore
    let vault: CardVault
    let settings: PaymentSettings
    let logger: Logger

    /// Runs until the service is asked to end. The first look comes at once: without a key no card can be taken.
    func run() async throws {
        await repeatUntilShutdown(every: Self.interval, "rotate card keys", logger) {
            let (destroyed, left) = try await keys.rotate(
                life: settings.cardKeyLife, retention: settings.cardKeyRetention, overlap: Self.overlap, at: .now())
            vault.keep(only: left)
            for id in destroyed { logger.notice("destroyed a card key", metadata: [PaymentLogKey.key: "\(id)"]) }
        }
    }
}
