import Messaging
import Postgres
import Schema

/// The SQL of gateways' settings.
struct GatewayStore: Sendable {
    let database: PostgresDatabase
    let keyring: DataKeyring

    /// Adds a gateway or changes what it says, its keys unless there are new ones; answers it, and whether it is new.
    ///
    /// - Throws: ``GatewaySettingsError/kindChanged``.
    func save(
        _ gateway: GatewaySettings, of account: AccountID
    ) async throws -> (gateway: GatewaySettings, isNew: Bool) {
        let secrets = try gateway.secrets.map { try keyring.seal($0) }
        let row = try await database.query(
            """
            INSERT INTO gateways (account_id, id, name, kind, descriptor, secrets, created_at, updated_at)
            VALUES (\(account), \(gateway.id), \(gateway.name), \(gateway.kind), \(gateway.descriptor),
                \(secrets), \(gateway.createdAt), \(gateway.updatedAt))
            ON CONFLICT (account_id, id) DO UPDATE
            SET name = excluded.name, descriptor = excluded.descriptor,
                secrets = coalesce(excluded.secrets, gateways.secrets),
                updated_at = greatest(excluded.updated_at, gateways.updated_at)
            WHERE gateways.kind = excluded.kind
            RETURNING \(constant: Self.columns), xmax = 0 AS is_new
            """
        ).first
        guard let row else { throw GatewaySettingsError.kindChanged }
        return (try settings(row), try row["is_new"])
    }

    /// All of an account, by number.
    func gateways(of account: AccountID) async throws -> [GatewaySettings] {
        try await database.query(
            "SELECT \(constant: Self.columns) FROM gateways WHERE account_id = \(account) ORDER BY id"
        ).map { try settings($0) }
    }

    private func settings(_ row: PostgresRow) throws -> GatewaySettings {
        let secrets: Sealed<GatewaySecrets>? = try row["secrets"]
        return GatewaySettings(
            id: try row["id"], name: try row["name"], kind: try row["kind"], descriptor: try row["descriptor"],
            secrets: try secrets.map { try keyring.open($0) }, createdAt: try row["created_at"],
            updatedAt: try row["updated_at"])
    }

    private static let columns: StaticString = "id, name, kind, descriptor, secrets, created_at, updated_at"
}

extension GatewayKind: PostgresCodable {}
