import Messaging
import Postgres
import Schema

/// The SQL of the saved cards.
struct VaultStore: Sendable {
    let database: PostgresDatabase

    /// The card that a customer paid with last at a gateway.
    func card(of customerNumber: String, at gateway: Int64, of account: AccountID) async throws -> SavedCard? {
        try await database.query(
            """
            SELECT token, brand, first_six, last_four, expiry_month, expiry_year FROM vault_references
            WHERE account_id = \(account) AND customer_number = \(customerNumber) AND gateway_id = \(gateway)
            """
        ).first.map { row in
            SavedCard(
                token: try row["token"],
                summary: CardSummary(
                    brand: try row["brand"], firstSix: try row["first_six"], lastFour: try row["last_four"],
                    expiryMonth: try row["expiry_month"], expiryYear: try row["expiry_year"]))
        }
    }

    /// Keeps cards in place of those that their customers had.
    func save(_ cards: [(owner: VaultOwner, card: SavedCard)], in transaction: PostgresTransaction) {
        // One statement cannot write a row twice: a customer's last card counts.
        let latest = Array(Dictionary(cards.map { ($0.owner, $0.card) }, uniquingKeysWith: { $1 }))
            .sorted { ($0.key.customerNumber, $0.key.gateway) < ($1.key.customerNumber, $1.key.gateway) }
        guard !latest.isEmpty else { return }
        let summaries = latest.map(\.value.summary)
        transaction.send(
            """
            INSERT INTO vault_references (account_id, customer_number, gateway_id, token, brand, first_six, last_four,
                expiry_month, expiry_year, updated_at)
            SELECT *, now() FROM unnest(\(latest.map(\.key.account))::uuid[], \(latest.map(\.key.customerNumber))::text[],
                \(latest.map(\.key.gateway))::bigint[], \(latest.map(\.value.token))::text[],
                \(summaries.map(\.brand))::text[], \(summaries.map(\.firstSix))::text[],
                \(summaries.map(\.lastFour))::text[], \(summaries.map(\.expiryMonth))::integer[],
                \(summaries.map(\.expiryYear))::integer[])
            ON CONFLICT (account_id, customer_number, gateway_id) DO UPDATE
            SET token = excluded.token, brand = excluded.brand, first_six = excluded.first_six,
                last_four = excluded.last_four, expiry_month = excluded.expiry_month,
                expiry_year = excluded.expiry_year, updated_at = excluded.updated_at
            """)
    }
}

/// Whose saved card it is, and at which gateway.
struct VaultOwner: Hashable, Sendable {
    var account: AccountID
    var customerNumber: String
    var gateway: Int64
}
