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

    /// Creates an endpoint with a new secret, or gives the one of that name new settings.
    func configure(
        _ name: String, of account: AccountID, _ settings: EndpointSettings, headers: [String: String], isEnabled: Bool
    ) async throws -> (endpoint: WebhookEndpoint, isNew: Bool) {
        let now = Timestamp.now()
        let disabled = isEnabled ? nil : WebhookEndpoint.Disabled(reason: .requested, at: now)
        let new = WebhookEndpoint(
            id: WebhookEndpointID(), account: account, name: name, settings: settings,
            payloadVersion: WebhookStyles.style(settings.style)?.payloadVersion ?? "v1",
            secrets: try keyring.seal(EndpointSecrets(headers: headers)), createdAt: now, configuredAt: now,
            disabled: disabled)
        let isNew = try await database.withTransaction { transaction in
            try await store.insert(new, in: transaction)
        }
        if isNew { return (new, true) }
        let changed = try await change(name, of: account) { endpoint in
            try configure(&endpoint, like: new, headers: headers)
        }
        if isEnabled, let changed { try await deliveries.hasten(changed.id) }
        // It can only be missing if it was deleted this very moment; then the caller's PUT came before.
        return (changed ?? new, false)
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
        _ endpoint: inout WebhookEndpoint, like new: WebhookEndpoint, headers: [String: String]
    ) throws -> WebhookEndpointDisabled? {
        var secrets = try keyring.open(endpoint.secrets)
        secrets.headers = headers
        endpoint.secrets = try keyring.seal(secrets)
        if endpoint.settings.style != new.settings.style { endpoint.payloadVersion = new.payloadVersion }
        if endpoint.settings.url != new.settings.url { endpoint.health.forgetFailures() }
        endpoint.settings = new.settings
        endpoint.configuredAt = new.configuredAt
        if let disabled = new.disabled { return endpoint.disable(disabled.reason, at: disabled.at) }
        endpoint.enable()
        return nil
    }
}
