import Foundation
import LocalStack
import Postgres
import Schema
import TestKit
import Testing

extension FaultSuite {
    /// Orders are placed and cancelled while everything they need is killed, one after the other; afterwards nothing is
    /// lost, nothing happened twice, and nothing came out of order.
    @Suite struct OrderFaultTests {
        static let listing = "fault-listing"

        @Test(.timeLimit(.minutes(5))) func noAcknowledgedOrderIsLost() async throws {
            let seed = FaultSuite.seed()
            let receiver = try await WebhookReceiver.start()
            try await FaultSuite.withStack(seed: seed) { try await run($0, receiver, seed: seed) }
            await receiver.stop()
        }
    }
}

extension FaultSuite.OrderFaultTests {
    private func run(_ stack: RunningStack, _ receiver: WebhookReceiver, seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        let keys = try await stack.keys()
        let dealer = APIClient(baseURL: stack.baseURL, authorization: "Bearer \(keys["watchtraderhub"] ?? "")")
        let admin = APIClient(baseURL: stack.baseURL, authorization: "Bearer \(keys["admin"] ?? "")")
        try await prepare(admin, receiver)
        let shoppers = (0..<3).map { Shopper(name: "s\(seed)-\($0)", client: dealer, seed: seed &+ UInt64($0)) }
        let shopping = Task {
            let pace = Pace(perSecond: 40)
            try await withThrowingTaskGroup { group in
                for shopper in shoppers {
                    group.addTask { try await shopper.shop(listing: Self.listing, maximum: 1500, pace: pace) }
                }
                try await group.waitForAll()
            }
        }
        func progress() async throws {
            try await FaultSuite.progress(by: 20) { await shoppers.asyncSum { await $0.count } }
        }
        for fault in Fault.all(&generator) {
            print("fault tests: \(fault)")
            try await fault.inject(into: stack) { try await progress() }
            try await progress()
        }
        for shopper in shoppers { await shopper.stop() }
        try await shopping.value
        let placed = try await check(shoppers)
        print("fault tests: \(placed.count) orders were acknowledged")
        try await checkOrders(placed, dealer)
        try await checkTopic(placed, stack)
        try await checkConsumers(placed, stack, admin)
        try await checkWebhooks(placed, receiver)
    }

    private func prepare(_ admin: APIClient, _ receiver: WebhookReceiver) async throws {
        let listing = try await admin.send(
            "PUT", "/admin/v1/listings/\(Self.listing)",
            body: ["status": "active", "quantity": 1_000_000, "price": ["amount": 1000, "currency": "EUR"]])
        #expect(listing.status == 201, "\(listing.text)")
        let endpoint = try await admin.send(
            "PUT", "/admin/v1/webhook-endpoints/faults",
            body: [
                "url": .string(receiver.url("/hooks")), "style": "watchtraderhub", "events": ["*"],
                "retry": ["limit": 50, "delay_seconds": 1, "backoff": false],
            ])
        #expect(endpoint.status == 201, "\(endpoint.text)")
    }

    private func check(_ shoppers: [Shopper]) async throws -> [Shopper.Placed] {
        var placed: [Shopper.Placed] = []
        for shopper in shoppers {
            // Named, so that a failure shows them.
            let complaints = await shopper.complaints
            #expect(complaints == [])
            placed += await shopper.placed
        }
        #expect(placed.count > 100)
        return placed
    }

    /// Every acknowledged order exists once, is what it was acknowledged as, and has left `pending`.
    private func checkOrders(_ placed: [Shopper.Placed], _ dealer: APIClient) async throws {
        try await eventually(timeout: .seconds(60), "every order is settled") {
            var statuses: [String: String] = [:]
            var rows = 0
            var path: String? = "/api/v1/orders?limit=100"
            while let next = path {
                let page = try await dealer.send("GET", next).json
                for order in page["data"]?.array ?? [] {
                    rows += 1
                    statuses[order["channel_order_id"]?.string ?? ""] = order["status"]?.string
                }
                path = page["next_cursor"]?.string.map { "/api/v1/orders?limit=100&after=\($0)" }
            }
            // An order whose acknowledgement never arrived is repeated under its key, so there are no others.
            guard rows == statuses.count, rows >= placed.count else { return false }
            return placed.allSatisfy { order in
                let status = statuses[order.channelOrderID]
                return order.isCancelled ? status == "cancelled" : status == "matched"
            }
        }
    }

    /// The order topic tells the whole life of each, also the topic of a broker that began empty meanwhile.
    private func checkTopic(_ placed: [Shopper.Placed], _ stack: RunningStack) async throws {
        try await eventually(timeout: .seconds(60), "the topic is complete") {
            let log = try await EventLog.read(.ordersEvents, from: stack.kafka)
            #expect(log.disordered == [])
            return placed.allSatisfy { order in
                log.isComplete(order.id, endingWith: order.isCancelled ? OrderCancelled.type : OrderMatched.type)
            }
        }
    }

    /// Payments and catalog had each effect once, and nothing was parked.
    private func checkConsumers(_ placed: [Shopper.Placed], _ stack: RunningStack, _ admin: APIClient) async throws {
        let kept = placed.filter { !$0.isCancelled }
        try await stack.withDatabase { database in
            try await eventually(timeout: .seconds(60), "payments and catalog have caught up") {
                let owed = try await database.query(
                    """
                    SELECT count(*) AS rows, count(*) FILTER (WHERE status = 'open') AS open,
                        coalesce(sum(amount) FILTER (WHERE status = 'open'), 0)::bigint AS amount FROM payments.receivables
                    """)[0]
                let taken: Int64 = try await database.query(
                    "SELECT allocated FROM catalog.listings WHERE external_id = \(Self.listing)")[0]["allocated"]
                let quantity = kept.reduce(0) { $0 + $1.quantity }
                return try owed["rows", as: Int.self] == placed.count && owed["open", as: Int.self] == kept.count
                    && owed["amount", as: Int64.self] == quantity * 1000 && taken == quantity
            }
        }
        try await admin.expectNothingParked()
    }

    /// The receiver heard of every order, of each in order.
    private func checkWebhooks(_ placed: [Shopper.Placed], _ receiver: WebhookReceiver) async throws {
        try await eventually(timeout: .seconds(90), "every webhook has arrived") {
            var types: [String: [String]] = [:]
            for delivery in receiver.deliveries {
                let body = try JSON.decode(JSONValue.self, from: delivery.body)
                guard let type = body["type"]?.string, type.hasPrefix("order."),
                    let id = body["data"]?["object"]?["id"]?.string
                else { continue }
                // A repetition is allowed, an event that comes before an earlier one is not.
                if types[id]?.contains(type) != true { types[id, default: []].append(type) }
            }
            let order = ["order.created", "order.matched", "order.cancelled"]
            for (id, heard) in types { #expect(heard == order.filter(heard.contains), "\(id)") }
            return placed.allSatisfy { placed in
                let heard = types[placed.id] ?? []
                let last = placed.isCancelled ? "order.cancelled" : "order.matched"
                return heard.first == "order.created" && heard.last == last
            }
        }
    }
}
