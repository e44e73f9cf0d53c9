import Schema
import Synchronization

/// Finds an account's gateways as they are configured.
///
/// They are kept in memory for a few seconds: a charge does not cost a look at the database, and another replica's change
/// counts soon.
final class ConfiguredGateways: GatewayDirectory {
    private struct Entry {
        var gateways: [any PaymentGateway]
        var readAt: ContinuousClock.Instant
    }

    private static let life = Duration.seconds(5)
    /// More accounts than that are not kept.
    private static let capacity = 10_000

    private let store: GatewayStore
    private let sandbox: SandboxGateway
    private let makeStripe: @Sendable (GatewaySettings, GatewaySecrets) -> any PaymentGateway
    private let entries = Mutex<[AccountID: Entry]>([:])

    /// - Parameter makeStripe: Makes the adapter of a gateway at Stripe.
    init(
        store: GatewayStore, sandbox: SandboxGateway,
        makeStripe: @escaping @Sendable (GatewaySettings, GatewaySecrets) -> any PaymentGateway
    ) {
        self.store = store
        self.sandbox = sandbox
        self.makeStripe = makeStripe
    }

    /// An account that has configured none has the sandbox under every number. One that has can still refund what the
    /// sandbox took before.
    func gateway(_ id: Int64?, of account: AccountID) async throws -> (any PaymentGateway)? {
        let configured = try await gateways(of: account)
        guard let first = configured.first else { return sandbox }
        guard let id else { return first }
        return configured.first { $0.profile.id == id } ?? (id == sandbox.profile.id ? sandbox : nil)
    }

    /// Has an account's gateways read again at the next charge.
    func forget(_ account: AccountID) {
        entries.withLock { $0[account] = nil }
    }

    private func gateways(of account: AccountID) async throws -> [any PaymentGateway] {
        let now = ContinuousClock.now
        if let entry = entries.withLock({ $0[account] }), now - entry.readAt < Self.life { return entry.gateways }
        let gateways = try await store.gateways(of: account).map(gateway)
        entries.withLock { entries in
            if entries.count >= Self.capacity { entries.removeAll() }
            entries[account] = Entry(gateways: gateways, readAt: now)
        }
        return gateways
    }

    private func gateway(_ settings: GatewaySettings) -> any PaymentGateway {
        switch (settings.kind, settings.secrets) {
        case (.stripe, let secrets?): makeStripe(settings, secrets)
        default: sandbox.renamed(settings.profile)
        }
    }
}
