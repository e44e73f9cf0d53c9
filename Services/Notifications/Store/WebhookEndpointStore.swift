import FoundationEssentials
import Messaging
import Postgres
import Schema

/// The endpoints of all accounts.
struct WebhookEndpointStore: Sendable {
    let database: PostgresDatabase

    /// Adds an endpoint. Answers `false`, and changes nothing, if its account has one of that name.
    func insert(_ endpoint: WebhookEndpoint, in transaction: PostgresTransaction) async throws -> Bool {
        let settings = endpoint.settings
        let count = try await transaction.execute(
            """
            INSERT INTO webhook_endpoints (id, account_id, name, url, style, payload_version, events, retry_limit,
                retry_delay_seconds, retry_backoff, batch_size, resource, rate_limit, signatures, secrets, created_at,
                configured_at, disabled_at, disabled_reason)
            VALUES (\(endpoint.id), \(endpoint.account), \(endpoint.name), \(settings.url), \(settings.style),
                \(endpoint.payloadVersion), \(settings.events), \(settings.retry.limit), \(settings.retry.delaySeconds),
                \(settings.retry.backoff), \(settings.batchSize), \(settings.resource), \(settings.rateLimit),
                \(settings.signatures.map(\.rawValue)), \(endpoint.secrets), \(endpoint.createdAt), \(endpoint.configuredAt), \(endpoint.disabled?.at),
                \(endpoint.disabled?.reason.rawValue))
            ON CONFLICT ON CONSTRAINT webhook_endpoints_account_id_name_key DO NOTHING
            """)
        return count == 1
    }

    /// Writes everything that can change about an endpoint.
    func update(_ endpoint: WebhookEndpoint, in transaction: PostgresTransaction) throws {
        let settings = endpoint.settings
        let health = endpoint.health
        transaction.send(
            """
            UPDATE webhook_endpoints
            SET url = \(settings.url), style = \(settings.style), payload_version = \(endpoint.payloadVersion),
                events = \(settings.events), retry_limit = \(settings.retry.limit),
                retry_delay_seconds = \(settings.retry.delaySeconds), retry_backoff = \(settings.retry.backoff),
                batch_size = \(settings.batchSize), resource = \(settings.resource),
                rate_limit = \(settings.rateLimit), signatures = \(settings.signatures.map(\.rawValue)), secrets = \(endpoint.secrets),
                configured_at = \(endpoint.configuredAt), disabled_at = \(endpoint.disabled?.at),
                disabled_reason = \(endpoint.disabled?.reason.rawValue), sequence = \(endpoint.sequence),
                consecutive_failures = \(health.consecutiveFailures), failing_since = \(health.failingSince),
                last_success_at = \(health.lastSuccessAt), last_failure_at = \(health.lastFailureAt),
                circuit_open_until = \(health.circuitOpenUntil)
            WHERE id = \(endpoint.id)
            """)
    }

    /// Writes how endpoints fare, many in one statement.
    func saveHealth(of endpoints: [WebhookEndpoint], in transaction: PostgresTransaction) {
        transaction.send(
            """
            UPDATE webhook_endpoints endpoint
            SET consecutive_failures = new.failures, failing_since = new.failing_since,
                last_success_at = new.last_success_at, last_failure_at = new.last_failure_at,
                circuit_open_until = new.circuit_open_until,
                disabled_at = new.disabled_at, disabled_reason = new.disabled_reason, sequence = new.sequence
            FROM unnest(\(endpoints.map(\.id))::uuid[], \(endpoints.map(\.health.consecutiveFailures))::integer[],
                \(endpoints.map(\.health.failingSince))::timestamptz[],
                \(endpoints.map(\.health.lastSuccessAt))::timestamptz[],
                \(endpoints.map(\.health.lastFailureAt))::timestamptz[],
                \(endpoints.map(\.health.circuitOpenUntil))::timestamptz[],
                \(endpoints.map { $0.disabled?.at })::timestamptz[],
                \(endpoints.map { $0.disabled?.reason.rawValue })::text[], \(endpoints.map(\.sequence))::bigint[])
                AS new (id, failures, failing_since, last_success_at, last_failure_at, circuit_open_until, disabled_at,
                    disabled_reason, sequence)
            WHERE endpoint.id = new.id
            """)
    }

    /// The endpoints of these ids, locked in the order of their ids until the transaction ends.
    func lock(
        _ ids: some Collection<WebhookEndpointID>, in transaction: PostgresTransaction
    ) async throws -> [WebhookEndpoint] {
        try await transaction.query(
            """
            SELECT \(constant: Self.columns) FROM webhook_endpoints endpoint
            WHERE endpoint.id = ANY (\(Array(ids))::uuid[]) ORDER BY endpoint.id FOR UPDATE
            """
        ).map(WebhookEndpoint.init)
    }

    /// The endpoint of this name, locked until the transaction ends.
    func lock(
        _ name: String, of account: AccountID, in transaction: PostgresTransaction
    ) async throws -> WebhookEndpoint? {
        try await transaction.query(
            """
            SELECT \(constant: Self.columns) FROM webhook_endpoints endpoint
            WHERE endpoint.account_id = \(account) AND endpoint.name = \(name) FOR UPDATE
            """
        ).first.map(WebhookEndpoint.init)
    }

    func endpoint(_ name: String, of account: AccountID) async throws -> WebhookEndpoint? {
        try await database.query(
            """
            SELECT \(constant: Self.columns) FROM webhook_endpoints endpoint
            WHERE endpoint.account_id = \(account) AND endpoint.name = \(name)
            """
        ).first.map(WebhookEndpoint.init)
    }

    /// Endpoints by name, those after `name`.
    func endpoints(of account: AccountID, after name: String, limit: Int) async throws -> [WebhookEndpoint] {
        try await database.query(
            """
            SELECT \(constant: Self.columns) FROM webhook_endpoints endpoint
            WHERE endpoint.account_id = \(account) AND endpoint.name > \(name)
            ORDER BY endpoint.name LIMIT \(limit)
            """
        ).map(WebhookEndpoint.init)
    }

    /// The account's endpoint of a style that was configured last.
    func latestEndpoint(of account: AccountID, style: String) async throws -> WebhookEndpoint? {
        try await database.query(
            """
            SELECT \(constant: Self.columns) FROM webhook_endpoints endpoint
            WHERE endpoint.account_id = \(account) AND endpoint.style = \(style)
            ORDER BY endpoint.configured_at DESC LIMIT 1
            """
        ).first.map(WebhookEndpoint.init)
    }

    /// Removes an endpoint. Answers whether there was one. Its deliveries are left to ``LogRetention``, as they can be
    /// more than one statement may remove.
    func delete(_ name: String, of account: AccountID) async throws -> Bool {
        try await database.execute("DELETE FROM webhook_endpoints WHERE account_id = \(account) AND name = \(name)")
            == 1
    }

    /// What ``WebhookEndpoint/init(_:)`` reads, of a table or alias named `endpoint`.
    static let columns: StaticString = """
        endpoint.id AS endpoint_id, endpoint.account_id, endpoint.name AS endpoint_name, endpoint.url, endpoint.style,
        endpoint.payload_version, endpoint.events, endpoint.retry_limit, endpoint.retry_delay_seconds,
        endpoint.retry_backoff, endpoint.batch_size, endpoint.resource, endpoint.rate_limit, endpoint.signatures,
        endpoint.secrets,
        endpoint.created_at AS endpoint_created_at, endpoint.configured_at, endpoint.disabled_at, endpoint.disabled_reason,
        endpoint.sequence AS endpoint_sequence, endpoint.consecutive_failures, endpoint.failing_since,
        endpoint.last_success_at, endpoint.last_failure_at, endpoint.circuit_open_until,
        CASE WHEN 'v1a' = ANY (endpoint.signatures) THEN ARRAY(
            SELECT key.private_key FROM webhook_keys key
            WHERE key.account_id = endpoint.account_id AND (key.retires_at IS NULL OR key.retires_at > now())
            ORDER BY key.created_at DESC) ELSE '{}' END AS signing_keys
        """
}

extension WebhookEndpoint {
    init(_ row: PostgresRow) throws {
        id = try row["endpoint_id"]
        account = try row["account_id"]
        name = try row["endpoint_name"]
        let retry = RetrySettings(
            limit: try row["retry_limit"], delaySeconds: try row["retry_delay_seconds"],
            backoff: try row["retry_backoff"])
        settings = EndpointSettings(
            url: try row["url"], style: try row["style"], events: try row["events"], retry: retry,
            batchSize: try row["batch_size"], resource: try row["resource"], rateLimit: try row["rate_limit"],
            signatures: try row["signatures", as: [String].self].compactMap(SignatureScheme.init))
        payloadVersion = try row["payload_version"]
        secrets = try row["secrets"]
        signingKeys = try row["signing_keys"]
        createdAt = try row["endpoint_created_at"]
        configuredAt = try row["configured_at"]
        sequence = try row["endpoint_sequence"]
        health = EndpointHealth(
            consecutiveFailures: try row["consecutive_failures"], failingSince: try row["failing_since"],
            lastSuccessAt: try row["last_success_at"], lastFailureAt: try row["last_failure_at"],
            circuitOpenUntil: try row["circuit_open_until"])
        if let at = try row["disabled_at", as: Timestamp?.self] {
            let reason = try row["disabled_reason", as: String?.self].flatMap(DisabledReason.init)
            disabled = Disabled(reason: reason ?? .requested, at: at)
        }
    }
}
