import Edge
import Messaging
import Postgres
import Schema

/// The SQL of alternative payments.
struct AlternativePaymentStore: Sendable {
    let database: PostgresDatabase

    /// Which ones are looked for; nil stands for all.
    struct Filter: Sendable {
        var type: AlternativePaymentType?
        var status: AlternativePaymentStatus?
        /// A part of the name, in any case.
        var search: String?
    }

    /// Adds one, or replaces what it says; answers it, and whether it is new.
    func save(
        _ payment: AlternativePayment, of account: AccountID
    ) async throws -> (payment: AlternativePayment, isNew: Bool)? {
        try await database.query(
            """
            INSERT INTO alternative_payments (account_id, id, name, payment_type, status, supports_refunds,
                supports_voids, supports_upsells, test_mode, requires_redirect, created_at, updated_at)
            VALUES (\(account), \(payment.id), \(payment.name), \(payment.type), \(payment.status),
                \(payment.supportsRefunds), \(payment.supportsVoids), \(payment.supportsUpsells),
                \(payment.isTestMode), \(payment.requiresRedirect), \(payment.createdAt), \(payment.updatedAt))
            ON CONFLICT (account_id, id) DO UPDATE
            SET name = excluded.name, payment_type = excluded.payment_type, status = excluded.status,
                supports_refunds = excluded.supports_refunds, supports_voids = excluded.supports_voids,
                supports_upsells = excluded.supports_upsells, test_mode = excluded.test_mode,
                requires_redirect = excluded.requires_redirect,
                updated_at = greatest(excluded.updated_at, alternative_payments.updated_at)
            RETURNING \(constant: Self.columns), xmax = 0 AS is_new
            """
        ).first.map { (try AlternativePayment($0), try $0["is_new"]) }
    }

    func payment(_ id: Int64, of account: AccountID) async throws -> AlternativePayment? {
        try await database.query(
            """
            SELECT \(constant: Self.columns) FROM alternative_payments WHERE account_id = \(account) AND id = \(id)
            """
        ).first.map { try AlternativePayment($0) }
    }

    /// What speaks against the alternative payment that a charge names; nil if it names none or may use it.
    func refusal(of charge: ChargeRequested, by account: AccountID) async throws -> GatewayAnswer? {
        guard let id = charge.alternativePaymentID, charge.method == .external || charge.method == .paypalWallet else {
            return nil
        }
        guard let payment = try await payment(id, of: account), payment.accepts(charge.method) else {
            return .refused(PaymentDecline.noAlternativePayment, "The selected external payment id is invalid.")
        }
        return nil
    }

    /// A page by number, and how many there are in all.
    func payments(
        of account: AccountID, _ filter: Filter, _ page: HealthSuite.PageRequest
    ) async throws -> (payments: [AlternativePayment], total: Int) {
        let rows = try await database.query(
            """
            SELECT \(constant: Self.columns) FROM alternative_payments
            WHERE account_id = \(account)
                AND (\(filter.type)::text IS NULL OR payment_type = \(filter.type))
                AND (\(filter.status)::text IS NULL OR status = \(filter.status))
                AND (\(filter.search)::text IS NULL OR strpos(lower(name), lower(\(filter.search))) > 0)
            ORDER BY id
            """)
        // An account has a handful of them.
        return (
            try rows.dropFirst(page.offset).prefix(page.perPage).map { try AlternativePayment($0) }, rows.count
        )
    }

    private static let columns: StaticString = """
        id, name, payment_type, status, supports_refunds, supports_voids, supports_upsells, test_mode,
        requires_redirect, created_at, updated_at
        """
}

extension AlternativePaymentType: PostgresCodable {}
extension AlternativePaymentStatus: PostgresCodable {}

extension AlternativePayment {
    fileprivate init(_ row: PostgresRow) throws {
        self.init(
            id: try row["id"], name: try row["name"], type: try row["payment_type"], status: try row["status"],
            supportsRefunds: try row["supports_refunds"], supportsVoids: try row["supports_voids"],
            supportsUpsells: try row["supports_upsells"], isTestMode: try row["test_mode"],
            requiresRedirect: try row["requires_redirect"], createdAt: try row["created_at"],
            updatedAt: try row["updated_at"])
    }
}
