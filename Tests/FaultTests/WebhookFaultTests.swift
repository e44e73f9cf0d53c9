import Foundation
import LocalStack
import Postgres
import Schema
import Synchronization
import TestKit
import Testing

extension FaultSuite {
    /// Webhooks go to receivers that hang, reset, drip, flood and fail, while notifications, the database and the broker are
    /// killed; afterwards every event is delivered to each, or in the failed list of the one that never takes any, and none
    /// has come before an earlier one of its order.
    @Suite struct WebhookFaultTests {
        static let listing = "webhook-fault-listing"

        @Test(.timeLimit(.minutes(5))) func everyEventIsDeliveredOrFailed() async throws {
            let seed = FaultSuite.seed()
            let receivers = try await Receivers.start(seed: seed)
            let environment = ["CARAVAN_WEBHOOK_TIMEOUT_MS": "1000"]
            try await FaultSuite.withStack(seed: seed, environment: environment) { try await run($0, receivers, seed) }
            await receivers.stop()
        }
    }
}

extension FaultSuite.WebhookFaultTests {
    private func run(_ stack: RunningStack, _ receivers: Receivers, _ seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        let keys = try await stack.keys()
        let dealer = APIClient(baseURL: stack.baseURL, authorization: "Bearer \(keys["watchtraderhub"] ?? "")")
        let admin = APIClient(baseURL: stack.baseURL, authorization: "Bearer \(keys["admin"] ?? "")")
        try await prepare(admin, receivers)
        let shopper = Shopper(name: "w\(seed)", client: dealer, seed: seed)
        let shopping = Task {
            try await shopper.shop(listing: Self.listing, maximum: 250, pace: Pace(perSecond: 10))
        }
        for fault in Self.faults(&generator) {
            print("fault tests: \(fault)")
            let pause = Int.random(in: 5...12, using: &generator)
            try await FaultSuite.progress(by: pause) { await shopper.count }
            try await fault.inject(into: stack) {}
        }
        await shopper.stop()
        try await shopping.value
        let (complaints, placed) = (await shopper.complaints, await shopper.placed)
        #expect(complaints == [])
        #expect(placed.count > 30)
        receivers.recover()
        try await stack.withDatabase { database in
            try await checkLog(placed, receivers, database)
            for (name, receiver) in receivers.all { checkHeard(receiver.attempts, by: name) }
            try await checkRequeue(admin, receivers, database)
        }
        try checkMemory(stack)
        try await admin.expectNothingParked()
    }

    private static func faults(_ generator: inout SeededGenerator) -> [Fault] {
        let kills = [0, 1, 0, 1].map { Fault.killService(.notifications, replica: $0) }
        return (kills + [.restartPostgres, .loseBroker]).shuffled(using: &generator)
    }

    private func prepare(_ admin: APIClient, _ receivers: Receivers) async throws {
        let listing = try await admin.send(
            "PUT", "/admin/v1/listings/\(Self.listing)",
            body: ["status": "active", "quantity": 1_000_000, "price": ["amount": 1000, "currency": "EUR"]])
        #expect(listing.status == 201, "\(listing.text)")
        for (name, receiver) in receivers.all {
            let limit = name == Receivers.dead ? Receivers.deadAttempts - 1 : 100
            let endpoint = try await admin.send(
                "PUT", "/admin/v1/webhook-endpoints/\(name)",
                body: [
                    "url": .string(receiver.url), "style": "watchtraderhub", "events": ["order.*"],
                    "retry": ["limit": .number(JSONNumber(limit)), "delay_seconds": 1, "backoff": false],
                ])
            #expect(endpoint.status == 201, "\(endpoint.text)")
        }
    }

    /// Each endpoint has each event of each acknowledged order once, and what is noted as delivered was taken.
    private func checkLog(
        _ placed: [Shopper.Placed], _ receivers: Receivers, _ database: PostgresDatabase
    ) async throws {
        let log = try await Self.settledLog(of: receivers, database) { log in
            placed.allSatisfy { order in
                let last = order.isCancelled ? "order.cancelled" : "order.matched"
                return log.values.allSatisfy { $0[order.id]?[last] != nil }
            }
        }
        for (name, subjects) in log {
            let isDead = name == Receivers.dead
            let taken = Set((receivers.all[name]?.attempts ?? []).filter(\.isAccepted).map(\.id))
            for order in placed {
                let expected = ["order.created", order.isCancelled ? "order.cancelled" : "order.matched"]
                let lines = subjects[order.id] ?? [:]
                #expect(expected.allSatisfy { lines[$0] != nil }, "\(order.id) at \(name)")
                for (type, line) in lines {
                    #expect(line.count == 1, "\(type) of \(order.id) at \(name)")
                    #expect(line.status == (isDead ? "failed" : "delivered"), "\(type) of \(order.id) at \(name)")
                    #expect(taken.contains(line.event) != isDead, "\(type) of \(order.id) at \(name)")
                }
            }
        }
    }

    /// What the delivery log says of one message.
    private struct Line {
        let event: String
        let status: String
        let count: Int
    }

    /// The delivery log by endpoint, order and type, once nothing is pending and it holds what it should.
    private static func settledLog(
        of receivers: Receivers, _ database: PostgresDatabase,
        isComplete: ([String: [String: [String: Line]]]) -> Bool
    ) async throws -> [String: [String: [String: Line]]] {
        var log: [String: [String: [String: Line]]] = [:]
        try await eventually(timeout: .seconds(120), "everything is delivered or has failed") {
            log = [:]
            let rows = try await database.query(
                """
                SELECT endpoint.name, delivery.subject, delivery.type, min(delivery.event_id::text) AS event,
                    min(delivery.status) AS status, count(*) AS count,
                    bool_or(delivery.status = 'pending') AS is_pending
                FROM (
                    SELECT endpoint_id, event_id, subject, type, status FROM notifications.webhook_deliveries
                    UNION ALL
                    SELECT endpoint_id, event_id, subject, type, status FROM notifications.webhook_delivery_log
                ) AS delivery
                JOIN notifications.webhook_endpoints endpoint ON endpoint.id = delivery.endpoint_id
                WHERE endpoint.name = ANY (\(Array(receivers.all.keys)))
                GROUP BY endpoint.name, delivery.subject, delivery.type
                """)
            var isPending = false
            for row in rows {
                isPending = try isPending || row["is_pending"]
                let event: UUID = try row["event"]
                log[try row["name"], default: [:]][try row["subject"], default: [:]][try row["type"]] = Line(
                    event: ID<EventID>(uuid: event).description, status: try row["status"], count: try row["count"])
            }
            return !isPending && log.count == receivers.all.count && isComplete(log)
        }
        return log
    }

    /// Of each order, no attempt at an earlier message comes after one at a later.
    private func checkHeard(_ attempts: [HostileReceiver.Attempt], by name: String) {
        let order = ["order.created", "order.matched", "order.cancelled"]
        for (subject, attempts) in Dictionary(grouping: attempts, by: \.subject) {
            let heard = attempts.compactMap { order.firstIndex(of: $0.type) }
            #expect(heard == heard.sorted(), "\(subject) at \(name)")
        }
        #expect(!attempts.isEmpty, "\(name)")
    }

    /// What has failed is delivered once its receiver is back and it is queued again.
    private func checkRequeue(
        _ admin: APIClient, _ receivers: Receivers, _ database: PostgresDatabase
    ) async throws {
        let dead = try #require(receivers.all[Receivers.dead])
        dead.forget()
        let reply = try await admin.send("POST", "/admin/v1/webhook-endpoints/\(Receivers.dead)/requeue-failed")
        let count = try #require(try reply.json["requeued"]?.integer, "\(reply.text)")
        #expect(count > 0)
        receivers.revive()
        try await eventually(timeout: .seconds(60), "what had failed is delivered") {
            try await database.query(
                """
                SELECT count(*) FILTER (WHERE delivery.status = 'delivered') AS delivered
                FROM notifications.webhook_delivery_log delivery
                JOIN notifications.webhook_endpoints endpoint ON endpoint.id = delivery.endpoint_id
                WHERE endpoint.name = \(Receivers.dead)
                """)[0]["delivered", as: Int64.self] == count
        }
        checkHeard(dead.attempts, by: Receivers.dead)
    }

    /// Answers without an end, and all that had to wait, have left no replica with more than this.
    private func checkMemory(_ stack: RunningStack) throws {
        for replica in 0...1 {
            let process = try #require(stack.child("notifications", replica: replica)?.process)
            let status = try String(contentsOfFile: "/proc/\(process.pid)/status", encoding: .utf8)
            let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
            let kilobytes = try #require(line?.split(separator: " ").dropFirst().first.flatMap { Int($0) })
            #expect(kilobytes < 400 << 10)
        }
    }
}

/// One receiver for each way to misbehave. All but the dead one take a message in the end.
private final class Receivers: Sendable {
    /// By the name of its endpoint.
    let all: [String: HostileReceiver]
    private let phase: Phase

    static let dead = "dead"
    /// Attempts at a message that the dead one gets.
    static let deadAttempts = 2

    private final class Phase: Sendable {
        let isAbsent = Mutex(true)
        let isDead = Mutex(true)
    }

    private init(_ all: [String: HostileReceiver], _ phase: Phase) {
        self.all = all
        self.phase = phase
    }

    static func start(seed: UInt64) async throws -> Receivers {
        let phase = Phase()
        // The first attempts at some messages go wrong.
        func misbehaving(_ answer: HostileReceiver.Answer, oneIn share: UInt64) async throws -> HostileReceiver {
            try await .start { attempt in
                var generator = SeededGenerator(seed: attempt.id.utf8.reduce(seed) { $0 &* 31 &+ UInt64($1) })
                return attempt.number == 1 && generator.next() % share == 0 ? answer : .status(200)
            }
        }
        return Receivers(
            [
                "steady": try await .start { _ in .status(200) },
                "flaky": try await .start { .status($0.number == 1 ? 500 : 200) },
                "hanging": try await misbehaving(.hang, oneIn: 8),
                "resetting": try await misbehaving(.reset, oneIn: 3),
                "dripping": try await misbehaving(.drip, oneIn: 8),
                "flooding": try await .start { _ in .flood },
                "absent": try await .start { _ in phase.isAbsent.withLock { $0 } ? .hang : .status(200) },
                dead: try await .start { _ in .status(phase.isDead.withLock { $0 } ? 500 : 200) },
            ], phase)
    }

    /// The absent one is back.
    func recover() { phase.isAbsent.withLock { $0 = false } }

    /// So is the dead one.
    func revive() { phase.isDead.withLock { $0 = false } }

    func stop() async {
        for receiver in all.values { await receiver.stop() }
    }
}
