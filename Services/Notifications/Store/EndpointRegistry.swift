import Messaging
import Postgres
import Schema

/// Changes endpoints, one transaction a change.
struct EndpointRegistry: Sendable {
    let database: PostgresDatabase
    let store: WebhookEndpointStore
    let keyring: DataKeyring
    let outbox: Outbox
    let deliveries: DeliveryStore
    let keys: WebhookKeyStore

    /// Creates an endpoint with a new secret, or gives the one of that name new settings.
    ///
    /// - Parameters:
    ///   - tls: How its connections are secured, made of how they are now.
    ///   - payloadVersion: Nil for the one that it is pinned to; at first, and with another style, the newest.
    ///   - isEnabled: Whether it gets messages; nil for yes, unless it is paused.
    func configure(
        _ name: String, of account: AccountID, _ settings: EndpointSettings, headers: [String: String],
        tls: @escaping @Sendable (EndpointTLS?) -> EndpointTLS? = { $0 }, payloadVersion: String? = nil,
        isEnabled: Bool?
    ) async throws -> (endpoint: WebhookEndpoint, isNew: Bool) {
        let now = Timestamp.now()
        let disabled = isEnabled ?? true ? nil : WebhookEndpoint.Disabled(reason: .requested, at: now)
        let new = WebhookEndpoint(
            id: WebhookEndpointID(), account: account, name: name, settings: settings,
            payloadVersion: payloadVersion ?? WebhookStyles.style(settings.style)?.payloadVersions.last ?? "v1",
            secrets: try keyring.seal(EndpointSecrets(headers: headers, tls: tls(nil))), createdAt: now,
            configuredAt: now,
            disabled: disabled)
        if settings.signatures.contains(.asymmetric) { try await keys.provide(account) }
        let isNew = try await database.withTransaction { transaction in
            guard try await store.insert(new, in: transaction) else { return false }
            greet(new, in: transaction)
            return true
        }
        if isNew { return (new, true) }
        let changed = try await change(name, of: account) { endpoint in
            if let payloadVersion { endpoint.payloadVersion = payloadVersion }
            return try configure(&endpoint, like: new, headers: headers, tls: tls, endsPause: isEnabled == true)
        }
        if let changed, changed.disabled == nil { try await deliveries.hasten(changed.id) }
        // It can only be missing if it was deleted this very moment; then the caller's PUT came before.
        return (changed ?? new, false)
    }

    /// Sends a new endpoint the message by which its style makes itself known, if there is one.
    private func greet(_ endpoint: WebhookEndpoint, in transaction: PostgresTransaction) {
        guard let greeting = WebhookStyles.style(endpoint.settings.style)?.greeting else { return }
        deliveries.record(
            RecordedEvent(pinging: endpoint.account),
            messages: [(endpoint.settings.style, endpoint.payloadVersion, greeting)],
            only: endpoint.id, in: transaction)
    }

    /// Holds what is for the endpoint until ``resume(_:of:)``. Answers `nil` if there is no such endpoint.
    func pause(_ name: String, of account: AccountID) async throws -> WebhookEndpoint? {
        try await change(name, of: account) { endpoint in
            endpoint.pause(at: .now())
            return nil
        }
    }

    /// Ends a pause, and sends what was held. One that is disabled for another reason stays so. Answers `nil` if there is
    /// no such endpoint.
    func resume(_ name: String, of account: AccountID) async throws -> WebhookEndpoint? {
        let endpoint = try await change(name, of: account) { endpoint in
            if endpoint.isPaused { endpoint.enable() }
            return nil
        }
        if let endpoint, endpoint.disabled == nil { try await deliveries.hasten(endpoint.id) }
        return endpoint
    }

    /// Enables the endpoint, and sends what waits for it. Answers `nil` if there is no such endpoint.
    func enable(_ name: String, of account: AccountID) async throws -> WebhookEndpoint? {
        let endpoint = try await change(name, of: account) { endpoint in
            endpoint.enable()
            return nil
        }
        // Whether or not it was disabled: a caller may repeat what was interrupted here.
        if let endpoint { try await deliveries.hasten(endpoint.id) }
        return endpoint
    }

    /// Locks the endpoint, changes it, writes it back and publishes the event that the change makes, if any. Answers
    /// `nil` if there is no such endpoint.
    func change(
        _ name: String, of account: AccountID,
        _ change: @Sendable (inout WebhookEndpoint) throws -> WebhookEndpointDisabled?
    ) async throws -> WebhookEndpoint? {
        try await database.withTransaction { transaction in
            guard var endpoint = try await store.lock(name, of: account, in: transaction) else { return nil }
            let event = try change(&endpoint)
            try store.update(endpoint, in: transaction)
            if let event {
                try outbox.append(
                    event, subject: endpoint.id.description, sequence: endpoint.sequence, account: account,
                    in: transaction)
            }
            return endpoint
        }
    }

    /// Gives the endpoint a new secret; the old one goes on signing for `overlap`.
    func rotateSecret(of endpoint: inout WebhookEndpoint, overlap: Duration) throws {
        var secrets = try keyring.open(endpoint.secrets)
        secrets.rotate(at: .now(), overlap: overlap)
        endpoint.secrets = try keyring.seal(secrets)
    }

    private func configure(
        _ endpoint: inout WebhookEndpoint, like new: WebhookEndpoint, headers: [String: String],
        tls: (EndpointTLS?) -> EndpointTLS?, endsPause: Bool
    ) throws -> WebhookEndpointDisabled? {
        var secrets = try keyring.open(endpoint.secrets)
        secrets.headers = headers
        secrets.tls = tls(secrets.tls)
        endpoint.secrets = try keyring.seal(secrets)
        if endpoint.settings.style != new.settings.style { endpoint.payloadVersion = new.payloadVersion }
        if endpoint.settings.url != new.settings.url { endpoint.health.forgetFailures() }
        endpoint.settings = new.settings
        endpoint.configuredAt = new.configuredAt
        if let disabled = new.disabled { return endpoint.disable(disabled.reason, at: disabled.at) }
        if !endpoint.isPaused || endsPause { endpoint.enable() }
        return nil
    }
}
