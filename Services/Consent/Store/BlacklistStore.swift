import Messaging
import Postgres
import Schema

/// The SQL of bans.
struct BlacklistStore: Sendable {
    let database: PostgresDatabase

    func insert(_ ban: Blacklisting, in transaction: PostgresTransaction) throws {
        transaction.send(
            """
            INSERT INTO blacklistings (account_id, id, customer_id, customer_number, items, reason,
                cancel_subscriptions, cancel_fulfillments, sequence, created_at)
            VALUES (\(ban.account), \(ban.id), \(ban.customer), \(ban.customerNumber), \(try JSON.text(ban.items)),
                \(ban.reason), \(ban.cancelSubscriptions), \(ban.cancelFulfillments), \(ban.sequence),
                \(ban.createdAt))
            """)
    }

    func saveLifting(_ ban: Blacklisting, in transaction: PostgresTransaction) {
        transaction.send(
            """
            UPDATE blacklistings
            SET sequence = \(ban.sequence), lifted_at = \(ban.liftedAt), lift_reason = \(ban.liftReason)
            WHERE account_id = \(ban.account) AND id = \(ban.id)
            """)
    }

    /// Notes that an event about a ban is in force; what was called off belongs to the first.
    func apply(
        _ applied: BlacklistApplied, sequence: Int64, of account: AccountID, in transaction: PostgresTransaction
    ) {
        transaction.send(
            """
            UPDATE blacklistings
            SET applied_sequence = greatest(applied_sequence, \(sequence)),
                cancelled_subscriptions = cancelled_subscriptions || \(applied.cancelledSubscriptions)::text[],
                cancelled_fulfillments = cancelled_fulfillments || \(applied.cancelledFulfillments)::text[]
            WHERE account_id = \(account) AND id = \(applied.blacklistingID)
            """)
    }

    /// A customer's latest ban; whoever holds the customer's lock can rely on it.
    func latest(of customer: CheckoutCustomer, in transaction: PostgresTransaction) async throws -> Blacklisting? {
        try await transaction.query(Self.latest(of: customer)).first.map { try Blacklisting($0) }
    }

    /// A customer's latest ban.
    func latest(of customer: CheckoutCustomer) async throws -> Blacklisting? {
        try await database.query(Self.latest(of: customer)).first.map { try Blacklisting($0) }
    }

    /// Those of the bans whose events are in force at the checkout, each up to the one that is asked for.
    func applied(_ keys: [AppliedKey]) async throws -> [AppliedKey: Blacklisting] {
        let rows = try await database.query(
            """
            SELECT \(constant: Self.columns), asked.sequence AS asked_sequence
            FROM unnest(\(keys.map(\.account))::uuid[], \(keys.map(\.id))::uuid[],
                \(keys.map(\.sequence))::bigint[]) AS asked (account_id, id, sequence)
            JOIN blacklistings ban USING (account_id, id)
            WHERE ban.applied_sequence >= asked.sequence
            """)
        return try Dictionary(
            uniqueKeysWithValues: rows.map { row in
                let ban = try Blacklisting(row)
                return (AppliedKey(account: ban.account, id: ban.id, sequence: try row["asked_sequence"]), ban)
            })
    }

    private static func latest(of customer: CheckoutCustomer) -> PostgresQuery {
        """
        SELECT \(constant: columns) FROM blacklistings ban
        WHERE account_id = \(customer.account) AND customer_id = \(customer.id) ORDER BY id DESC LIMIT 1
        """
    }

    private static let columns: StaticString = """
        account_id, id, customer_id, customer_number, items, reason, cancel_subscriptions, cancel_fulfillments,
        ban.sequence, applied_sequence, cancelled_subscriptions, cancelled_fulfillments, created_at, lifted_at,
        lift_reason
        """
}

/// What a request waits for: that the checkout has acted on an event about a ban.
struct AppliedKey: Codable, Hashable, Sendable {
    let account: AccountID
    let id: BlacklistingID
    let sequence: Int64
}

extension Blacklisting {
    /// What stands for its latest event.
    var appliedKey: AppliedKey { AppliedKey(account: account, id: id, sequence: sequence) }
}

extension Blacklisting {
    fileprivate init(_ row: PostgresRow) throws {
        self.init(
            id: try row["id"], account: try row["account_id"], customer: try row["customer_id"],
            customerNumber: try row["customer_number"],
            items: try JSON.decode(from: try row["items", as: String.self]), reason: try row["reason"],
            cancelSubscriptions: try row["cancel_subscriptions"], cancelFulfillments: try row["cancel_fulfillments"],
            sequence: try row["sequence"], appliedSequence: try row["applied_sequence"],
            cancelledSubscriptions: try row["cancelled_subscriptions"],
            cancelledFulfillments: try row["cancelled_fulfillments"], createdAt: try row["created_at"],
            liftedAt: try row["lifted_at"], liftReason: try row["lift_reason"])
    }
}
