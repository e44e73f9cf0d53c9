import Messaging
import Postgres
import Schema
import TestKit
import Testing

extension FaultSuite {
    /// Cards are charged while what the charge needs is killed, at every step of it; afterwards each paid order was
    /// charged once, each refused one never, the books add up, and nothing waits for an outcome.
    @Suite struct CheckoutFaultTests {
        /// The configured time until a gateway is asked again.
        static let reconcileSeconds = 1

        @Test(.timeLimit(.minutes(5))) func everyPaidOrderIsChargedOnce() async throws {
            let seed = FaultSuite.seed()
            let environment = ["CARAVAN_PAYMENT_RECONCILE_SECONDS": "\(Self.reconcileSeconds)"]
            try await FaultSuite.withStack(seed: seed, environment: environment) { try await run($0, seed: seed) }
        }
    }
}

extension FaultSuite.CheckoutFaultTests {
    private func run(_ stack: RunningStack, seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        let keys = try await stack.keys()
        let client = APIClient(baseURL: stack.baseURL, authorization: "Bearer \(keys["healthsuite"] ?? "")")
        let admin = APIClient(baseURL: stack.baseURL, authorization: "Bearer \(keys["admin"] ?? "")")
        try await Buyer.openShop(admin, client)
        let buyers = (0..<6).map { Buyer(name: "b\($0)", client: client, seed: seed &+ UInt64($0)) }
        let victim = Buyer(name: "victim", client: client, seed: seed)
        let shopping = Task {
            let pace = Pace(perSecond: 20)
            try await withThrowingTaskGroup { group in
                for buyer in buyers { group.addTask { try await buyer.shop(pace: pace) } }
                try await group.waitForAll()
            }
        }
        for fault in Step.all(&generator) {
            print("fault tests: \(fault)")
            // At some moment of the charges that are under way, another one each time.
            let pause = Int.random(in: 1...8, using: &generator)
            try await FaultSuite.progress(by: pause) { await buyers.asyncSum { await $0.count } }
            switch fault {
            case .anywhere(let fault): try await fault.inject(into: stack) {}
            case .charge(let fault):
                try await stack.withDatabase { try await fault.inject(into: stack, $0, buyer: victim) }
            }
        }
        try await FaultSuite.progress(by: 5) { await buyers.asyncSum { await $0.count } }
        for buyer in buyers { await buyer.stop() }
        try await shopping.value
        var purchases: [Buyer.Purchase] = []
        for buyer in buyers + [victim] {
            // Named, so that a failure shows them.
            let complaints = await buyer.complaints
            #expect(complaints == [])
            purchases += await buyer.purchases
        }
        print("fault tests: \(purchases.count) checkouts were acknowledged")
        #expect(purchases.contains(where: \.isPaid) && purchases.contains { !$0.isPaid })
        try await stack.withDatabase { database in
            try await checkNothingIsStuck(database)
            try await checkCaptures(purchases, database)
            try await checkTopics(purchases, stack, database)
        }
        let books = try await stack.operate("ledger", "verify")
        #expect(books.contains("the books add up"), "\(books)")
        try await admin.expectNothingParked()
    }

    private enum Step: CustomStringConvertible {
        case anywhere(Fault)
        case charge(ChargeFault)

        static func all(_ generator: inout SeededGenerator) -> [Step] {
            let replica = Int.random(in: 0...1, using: &generator)
            let anywhere: [Fault] = [
                .restartPostgres, .loseBroker, .killService(.orders, replica: replica),
                .killService(.payments, replica: 1 - replica),
            ]
            return (anywhere.map(anywhere(_:)) + ChargeFault.allCases.map(charge)).shuffled(using: &generator)
        }

        var description: String {
            switch self {
            case .anywhere(let fault): "\(fault)"
            case .charge(let fault): "\(fault)"
            }
        }
    }

    /// Gateways are asked after the reconciliation time, tasks of the dead are taken over after the same; nothing takes
    /// longer once everything runs, but for the slowness of the machine.
    private func checkNothingIsStuck(_ database: PostgresDatabase) async throws {
        try await eventually(timeout: .seconds(10 + 5 * Self.reconcileSeconds), "nothing waits for an outcome") {
            let row = try await database.query(
                """
                SELECT (SELECT count(*) FROM payments.payment_tasks)
                    + (SELECT count(*) FROM payments.transactions WHERE status IN ('pending', 'processing'))
                    + (SELECT count(*) FROM orders.checkout_transactions
                        WHERE is_awaited OR status IN ('requested', 'pending', 'processing'))
                    + (SELECT count(*) FROM orders.checkouts WHERE status = 'pending_payment') AS open
                """)[0]
            return try row["open", as: Int.self] == 0
        }
    }

    /// The gateway's own books: one capture for each paid order and each upsell, none for the others, and none that orders
    /// never asked for.
    private func checkCaptures(_ purchases: [Buyer.Purchase], _ database: PostgresDatabase) async throws {
        struct Captures: Equatable, CustomStringConvertible {
            var orders: Int
            var upsells: Int
            var amount: Int64
            var status: String
            var description: String { "\(status): \(orders) + \(upsells) captures, \(amount)" }
        }
        let rows = try await database.query(
            """
            SELECT checkouts.number, checkouts.status,
                count(*) FILTER (WHERE purpose = 'order' AND state = 'captured') AS orders,
                count(*) FILTER (WHERE purpose = 'upsell' AND state = 'captured') AS upsells,
                coalesce(sum(amount) FILTER (WHERE state = 'captured'), 0)::bigint AS amount
            FROM orders.checkouts
            LEFT JOIN orders.checkout_transactions charge USING (account_id, order_id)
            LEFT JOIN payments.sandbox_payments ON key = charge.transaction_id
            WHERE campaign_internal_id = \(Buyer.campaign) AND checkouts.status <> 'lead'
            GROUP BY checkouts.number, checkouts.status
            """)
        var captures: [String: Captures] = [:]
        for row in rows {
            captures[try row["number"]] = Captures(
                orders: try row["orders"], upsells: try row["upsells"], amount: try row["amount"],
                status: try row["status"])
        }
        for purchase in purchases {
            let charged = Captures(
                orders: purchase.isPaid ? 1 : 0, upsells: purchase.upsells,
                amount: purchase.isPaid ? 5_500 + 1_000 * Int64(purchase.upsells) : 0,
                status: purchase.isPaid ? "processing" : "declined")
            #expect(captures[purchase.number] == charged, "\(purchase.number)")
        }
        // An acknowledgement that never arrived is asked for again, so there are no other orders.
        #expect(Set(captures.keys) == Set(purchases.map(\.number)))
        let strangers = try await database.query(
            """
            SELECT external_id FROM payments.sandbox_payments
            WHERE NOT EXISTS (SELECT FROM orders.checkout_transactions WHERE transaction_id = key)
            """)
        #expect(strangers.count == 0)
    }

    /// The topics tell everything in order and without gaps, also those of a broker that began empty meanwhile.
    private func checkTopics(
        _ purchases: [Buyer.Purchase], _ stack: RunningStack, _ database: PostgresDatabase
    ) async throws {
        var orders: [String: OrderID] = [:]
        for row in try await database.query("SELECT number, order_id FROM orders.checkouts") {
            orders[try row["number"]] = try row["order_id"]
        }
        try await eventually(timeout: .seconds(60), "the topics are complete") {
            var logs: [EventLog] = []
            for topic in [Topic.ordersEvents, .paymentsCommands, .paymentsEvents] {
                let log = try await EventLog.read(topic, from: stack.kafka)
                #expect(log.disordered == [], "\(topic.name)")
                guard log.events.keys.allSatisfy({ log.isComplete($0) }) else { return false }
                logs.append(log)
            }
            return purchases.allSatisfy { purchase in
                guard let order = orders[purchase.number]?.description else { return false }
                let told = (logs[0].events[order] ?? []).map(\.type)
                let asked = (logs[1].events[order] ?? []).filter { $0.type == ChargeRequested.type }
                let completed = asked.filter { command in
                    guard let id = try? command.decode(ChargeRequested.self).transactionID else { return false }
                    let outcomes = (logs[2].events[id.description] ?? []).map(\.type)
                    return outcomes.filter { $0 == PaymentCompleted.type }.count == 1
                }
                return told.filter { $0 == OrderPlaced.type }.count == (purchase.isPaid ? 1 : 0)
                    && told.filter { $0 == UpsellAdded.type }.count == purchase.upsells
                    && completed.count == (purchase.isPaid ? 1 : 0) + purchase.upsells
            }
        }
    }
}
