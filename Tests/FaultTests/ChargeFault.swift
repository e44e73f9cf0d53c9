import LocalStack
import Postgres
import Schema
import TestKit

/// `kill -9` of orders or payments at a step of a charge that is made to last: by the sandbox's slow card, by a broker
/// that is away, or by a lock on what the next step writes.
enum ChargeFault: String, CaseIterable, CustomStringConvertible {
    case beforeRelay, atGateway, beforeApplication

    var description: String {
        switch self {
        case .beforeRelay: "orders and payments die with a command and an outcome that are not relayed yet"
        case .atGateway: "payments dies while the gateway is asked, and with an answer that is not stored yet"
        case .beforeApplication: "orders dies while it applies an outcome"
        }
    }

    /// Makes it happen to charges of this buyer, and returns when all of them are answered and everything runs again.
    func inject(into stack: RunningStack, _ database: PostgresDatabase, buyer: Buyer) async throws {
        let slow = Victim(.slow, of: buyer, dyingAt: self, database)
        let quick = Victim(.approve, of: buyer, dyingAt: self, database)
        let dead: [Casualty]
        switch self {
        case .beforeRelay:
            slow.buy()
            try await slow.reaches("transactions.status = 'pending'")
            try await stack.broker("/down")
            quick.buy()
            try await quick.reaches("checkout_transactions.status = 'requested'")
            try await slow.reaches("transactions.status = 'completed'")
            dead = stack.kill(.orders, .payments)
            try await stack.broker("/up")
        case .atGateway:
            // Outcomes cannot be stored while this lasts, commands can.
            dead = try await database.withTransaction { transaction in
                _ = try await transaction.query("LOCK TABLE payments.ledger_postings IN EXCLUSIVE MODE")
                quick.buy()
                try await quick.reaches("sandbox_payments.state = 'captured'")
                slow.buy()
                try await slow.reaches("transactions.status = 'pending'")
                return stack.kill(.payments)
            }
        case .beforeApplication:
            slow.buy()
            try await slow.reaches("transactions.status = 'pending'")
            dead = try await database.withTransaction { transaction in
                _ = try await transaction.query(
                    "SELECT 1 AS one FROM orders.checkouts WHERE email LIKE \(slow.name + "@%") FOR UPDATE")
                try await eventually(timeout: .seconds(60), "orders waits to apply the outcome") {
                    try await !database.query(
                        """
                        SELECT pid FROM pg_stat_activity WHERE usename = \(DatabaseSetup.role(of: .orders))
                            AND cardinality(pg_blocking_pids(pid)) > 0
                        """
                    ).isEmpty
                }
                return stack.kill(.orders)
            }
        }
        for casualty in dead { try await casualty.awaitSuccessor(in: stack) }
        try await slow.answered()
        try await quick.answered()
    }
}

/// A charge that is watched from step to step.
private final class Victim {
    let name: String
    private let card: Buyer.Card
    private let buyer: Buyer
    private let database: PostgresDatabase
    private var purchase: Task<Void, any Error>?

    init(_ card: Buyer.Card, of buyer: Buyer, dyingAt fault: ChargeFault, _ database: PostgresDatabase) {
        name = "\(fault.rawValue)-\(card)".lowercased()
        self.card = card
        self.buyer = buyer
        self.database = database
    }

    func buy() {
        purchase = Task { [buyer, card, name] in try await buyer.buy(card, as: name) }
    }

    func answered() async throws {
        try await purchase?.value
    }

    /// Waits until the charge has come so far.
    ///
    /// - Parameter condition: About its rows.
    func reaches(_ condition: String) async throws {
        try await eventually(timeout: .seconds(60), "\(name): \(condition)") {
            try await !database.query(
                PostgresQuery(
                    unsafeSQL: """
                        SELECT 1 AS one FROM orders.checkouts
                        JOIN orders.checkout_transactions USING (account_id, order_id)
                        LEFT JOIN payments.transactions ON transactions.id = checkout_transactions.transaction_id
                        LEFT JOIN payments.sandbox_payments ON sandbox_payments.key = checkout_transactions.transaction_id
                        WHERE checkouts.email LIKE '\(name)@%' AND \(condition)
                        """)
            ).isEmpty
        }
    }
}
