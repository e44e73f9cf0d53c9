import Messaging
import Postgres
import Schema

/// The SQL of the sandbox gateway's own books.
struct SandboxStore: Sendable {
    let database: PostgresDatabase

    /// Adds payments; one whose key is there stays as it is, which is what makes the key idempotent.
    ///
    /// - Returns: What the books now say of each key, in the order of the payments.
    func record(_ payments: [SandboxPayment]) async throws -> [SandboxPayment] {
        // On the disk before it is answered: whoever has the answer may settle it after a crash that took the row.
        let rows = try await database.query(
            """
            INSERT INTO sandbox_payments (key, account_id, external_id, state, amount, currency, decline_code, known_at,
                saved_token, charge_key, wallet_token, return_url, cancel_url)
            SELECT DISTINCT ON (key) * FROM unnest(\(payments.map(\.key))::uuid[], \(payments.map(\.account))::uuid[],
                \(payments.map(\.externalID))::text[], \(payments.map(\.state.rawValue))::text[],
                \(payments.map(\.amount.minorUnits))::bigint[], \(payments.map(\.amount.currency))::text[],
                \(payments.map(\.declineCode))::text[], \(payments.map(\.knownAt))::timestamptz[],
                \(payments.map(\.savedToken))::text[], \(payments.map(\.charge))::uuid[],
                \(payments.map(\.wallet?.token))::text[], \(payments.map(\.wallet?.returnURL))::text[],
                \(payments.map(\.wallet?.cancelURL))::text[])
                AS given (key, account_id, external_id, state, amount, currency, decline_code, known_at, saved_token,
                    charge_key, wallet_token, return_url, cancel_url)
            -- Writing nothing new, so that the row that is there is returned.
            ON CONFLICT (key) DO UPDATE SET key = sandbox_payments.key
            RETURNING \(constant: Self.columns)
            """)
        let known = Dictionary(uniqueKeysWithValues: try rows.map { try SandboxPayment($0) }.map { ($0.key, $0) })
        return payments.map { known[$0.key] ?? $0 }
    }

    /// The payment of a key.
    func payment(_ key: TransactionID, of account: AccountID) async throws -> SandboxPayment? {
        try await database.query(
            """
            SELECT \(constant: Self.columns) FROM sandbox_payments WHERE key = \(key) AND account_id = \(account)
            """
        ).first.map { try SandboxPayment($0) }
    }

    /// The payment that a wallet's page is about.
    func payment(walletToken: String) async throws -> SandboxPayment? {
        try await database.query(
            "SELECT \(constant: Self.columns) FROM sandbox_payments WHERE wallet_token = \(walletToken)"
        ).first.map { try SandboxPayment($0) }
    }

    /// Takes the payment of a key from one state to another, if it is in it.
    func move(_ key: TransactionID, from states: [SandboxState], to state: SandboxState) async throws -> Bool {
        try await database.execute(
            """
            UPDATE sandbox_payments SET state = \(state.rawValue)
            WHERE key = \(key) AND state = ANY (\(states.map(\.rawValue))::text[])
            """) > 0
    }

    /// Records a refund, unless more than the payment would have been given back with it.
    ///
    /// - Returns: nil if so, or if there is no such payment.
    func recordRefund(_ refund: SandboxPayment, of charge: TransactionID) async throws -> SandboxPayment? {
        try await database.withTransaction { transaction in
            let rows = try await transaction.query(
                "SELECT amount FROM sandbox_payments WHERE key = \(charge) AND state = 'captured' FOR UPDATE")
            guard let captured = try rows.first?["amount", as: Int64.self] else { return nil }
            transaction.send(
                """
                INSERT INTO sandbox_payments (key, account_id, external_id, state, amount, currency, known_at, charge_key)
                SELECT \(refund.key), \(refund.account), \(refund.externalID), 'refunded',
                    \(refund.amount.minorUnits), \(refund.amount.currency), \(refund.knownAt), \(charge)
                WHERE \(refund.amount.minorUnits) + (
                    SELECT coalesce(sum(amount), 0) FROM sandbox_payments
                    WHERE charge_key = \(charge) AND key <> \(refund.key)) <= \(captured)
                ON CONFLICT (key) DO NOTHING
                """)
            return try await transaction.query(
                "SELECT \(constant: Self.columns) FROM sandbox_payments WHERE key = \(refund.key)"
            ).first.map { try SandboxPayment($0) }
        }
    }

    private static let columns: StaticString = """
        key, account_id, state, amount, currency, decline_code, known_at, saved_token, charge_key, wallet_token,
        return_url, cancel_url
        """
}

extension SandboxPayment {
    fileprivate init(_ row: PostgresRow) throws {
        let state: String = try row["state"]
        self.init(
            key: try row["key"], account: try row["account_id"], state: SandboxState(rawValue: state) ?? .declined,
            amount: Money(minorUnits: try row["amount"], currency: try row["currency"]),
            declineCode: try row["decline_code"], knownAt: try row["known_at"], savedToken: try row["saved_token"],
            charge: try row["charge_key"])
        guard let token: String = try row["wallet_token", as: String?.self] else { return }
        wallet = Wallet(token: token, returnURL: try row["return_url"], cancelURL: try row["cancel_url"])
    }
}
