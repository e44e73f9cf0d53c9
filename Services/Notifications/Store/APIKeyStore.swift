import Messaging
import Postgres
import Schema

/// The registry of API keys.
struct APIKeyStore: Sendable {
    let database: PostgresDatabase
    let outbox: Outbox

    /// Registers a key. Answers `false`, and changes nothing, if its id is registered already.
    func register(_ key: RegisteredKey) async throws -> Bool {
        try await database.withTransaction { transaction in
            let count = try await transaction.execute(
                """
                INSERT INTO api_keys (id, account_id, name, dialects, permissions, is_test_mode, rate_limit,
                    allowed_addresses, created_at, expires_at, sequence)
                VALUES (\(key.id), \(key.account), \(key.name), \(key.dialects), \(key.permissions), \(key.isTestMode),
                    \(key.rateLimit), \(key.allowedAddresses), \(key.createdAt), \(key.expiresAt), 1)
                ON CONFLICT (id) DO NOTHING
                """)
            guard count == 1 else { return false }
            let event = APIKeyRegistered(
                keyID: key.id, keyName: key.name, dialects: key.dialects, permissions: key.permissions,
                isTestMode: key.isTestMode, rateLimit: key.rateLimit, allowedAddresses: key.allowedAddresses,
                createdAt: key.createdAt)
            try outbox.append(event, subject: key.id.description, sequence: 1, account: key.account, in: transaction)
            return true
        }
    }

    /// Keys of an account, oldest first.
    func keys(of account: AccountID) async throws -> [RegisteredKey] {
        try await database.query(
            """
            SELECT \(constant: Self.columns) FROM api_keys
            WHERE account_id = \(account) ORDER BY created_at, id LIMIT 1000
            """
        ).map(RegisteredKey.init)
    }

    /// Revokes a key; once is enough. Answers `nil` if the account has no such key.
    func revoke(_ id: ID<APIKey>, of account: AccountID, at now: Timestamp) async throws -> RegisteredKey? {
        try await database.withTransaction { transaction in
            let revoked = try await transaction.query(
                """
                UPDATE api_keys SET revoked_at = \(now), sequence = sequence + 1
                WHERE id = \(id) AND account_id = \(account) AND revoked_at IS NULL
                RETURNING sequence, \(constant: Self.columns)
                """)
            if let row = revoked.first {
                try outbox.append(
                    APIKeyRevoked(keyID: id), subject: id.description, sequence: try row["sequence"],
                    account: account, in: transaction)
                return try RegisteredKey(row)
            }
            return try await transaction.query(
                "SELECT \(constant: Self.columns) FROM api_keys WHERE id = \(id) AND account_id = \(account)"
            ).first.map(RegisteredKey.init)
        }
    }

    private static let columns: StaticString = """
        id, account_id, name, dialects, permissions, is_test_mode, rate_limit, allowed_addresses, created_at,
        expires_at, revoked_at
        """
}

extension RegisteredKey {
    fileprivate init(_ row: PostgresRow) throws {
        self.init(
            id: try row["id"], account: try row["account_id"], name: try row["name"], dialects: try row["dialects"],
            permissions: try row["permissions"], isTestMode: try row["is_test_mode"], rateLimit: try row["rate_limit"],
            allowedAddresses: try row["allowed_addresses"], createdAt: try row["created_at"],
            expiresAt: try row["expires_at"], revokedAt: try row["revoked_at"])
    }
}
