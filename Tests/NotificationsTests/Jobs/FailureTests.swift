import Postgres
import Schema
import Synchronization
import TestKit
import Testing

@testable import Notifications

/// What becomes of deliveries that fail, and of endpoints that only fail.
@Suite struct FailureTests {
    @Test func `attempts are one more than the limit, then it has failed, and can be requeued`() async throws {
        try await Engine.with { engine in
            let isDown = Mutex(true)
            let receiver = try await WebhookReceiver.start { _ in .init(isDown.withLock { $0 } ? 503 : 200) }
            try await engine.endpoint("shop", receiver.url("/hook"), retry: RetrySettings(limit: 2))
            try await engine.record(subject: "one")
            try await engine.record(subject: "two")
            try await engine.dispatching { signal in
                try await eventually("both have failed") {
                    try await engine.deliveries(of: "shop").allSatisfy { $0.status == .failed }
                }
                #expect(receiver.deliveries.count == 6)
                let failed = try await engine.deliveries(of: "shop")
                #expect(failed.allSatisfy { $0.attempts == 3 && $0.lastStatus == 503 && $0.lastError != nil })

                isDown.withLock { $0 = false }
                #expect(try await engine.deliveries.requeue(failed[0].id, of: engine.account))
                let isForeign = try await engine.deliveries.requeue(failed[1].id, of: AccountID())
                #expect(!isForeign)
                signal.wake()
                try await eventually("the requeued one is delivered") {
                    try await engine.deliveries(of: "shop").map(\.status) == [.delivered, .failed]
                }
                let endpoint = try #require(try await engine.endpoint("shop"))
                #expect(try await engine.deliveries.requeueFailed(of: endpoint.id) == 1)
                signal.wake()
                try await eventually("the other is too") {
                    try await engine.deliveries(of: "shop").allSatisfy { $0.status == .delivered }
                }
            }
            let ids = Dictionary(grouping: receiver.deliveries, by: { $0.headers["webhook-id"] })
            #expect(ids.count == 2)
            await receiver.stop()
        }
    }

    @Test func `Retry-After postpones the next attempt`() async throws {
        try await Engine.with { engine in
            let receiver = try await WebhookReceiver.start { _ in .init(429, headers: ["Retry-After": "3600"]) }
            try await engine.endpoint("shop", receiver.url("/hook"))
            try await engine.record(subject: "one")
            try await engine.dispatching { _ in
                try await eventually("the attempt is noted") {
                    try await engine.deliveries(of: "shop").first?.attempts == 1
                }
            }
            let delivery = try #require(try await engine.deliveries(of: "shop").first)
            let attempted = try #require(delivery.lastAttemptAt)
            #expect(delivery.status == .pending)
            #expect(delivery.dueAt - attempted >= .seconds(3600))
            #expect(delivery.lastStatus == 429)
            await receiver.stop()
        }
    }

    @Test func `410 disables the endpoint; what is for it is held and comes once it is enabled`() async throws {
        try await Engine.with { engine in
            let isGone = Mutex(true)
            let receiver = try await WebhookReceiver.start { _ in .init(isGone.withLock { $0 } ? 410 : 200) }
            try await engine.endpoint("shop", receiver.url("/hook"))
            try await engine.record(subject: "one")
            try await engine.dispatching { signal in
                try await eventually("it is disabled") {
                    try await engine.endpoint("shop")?.disabled?.reason == .gone
                }
                try await engine.record(subject: "two")
                isGone.withLock { $0 = false }
                _ = try await engine.registry.change("shop", of: engine.account) { endpoint in
                    endpoint.enable()
                    return nil
                }
                signal.wake()
                try await eventually("both are delivered") {
                    try await engine.deliveries(of: "shop").map(\.status) == [.delivered, .delivered]
                }
            }
            #expect(receiver.deliveries.count == 3)
            #expect(try await disabledEvents(engine) == ["gone"])
            await receiver.stop()
        }
    }

    /// "GiddyUp will retry webhook requests when the response from your service is any 4xx or 5xx HTTP response code."
    @Test(arguments: [GiddyUpStyle.name, GiddyUpLogisticsStyle.name])
    func `410 of a brand is tried again as any other failure`(style: String) async throws {
        try await Engine.with { engine in
            let isGone = Mutex(true)
            let receiver = try await WebhookReceiver.start { _ in
                let status = isGone.withLock { isGone in
                    defer { isGone = false }
                    return isGone ? 410 : 200
                }
                return .init(status)
            }
            let settings = EndpointSettings(
                url: receiver.url("/hook"), style: style, events: ["*"],
                retry: RetrySettings(limit: 2, delaySeconds: 1),
                batchSize: nil)
            _ = try await engine.registry.configure(
                "brand", of: engine.account, settings, headers: [:], isEnabled: true)
            let event = RecordedEvent(
                id: WebhookEventID(), account: engine.account, type: OrderPlaced.type, subject: "one", sequence: 1,
                time: .now(), traceparent: nil, payload: try JSON.encode(Self.order(sealedWith: engine.keyring)))
            try await engine.database.withTransaction { transaction in
                engine.deliveries.record(
                    event, messages: WebhookStyles.messages(for: OrderPlaced.self), in: transaction)
            }
            try await engine.dispatching { _ in
                try await eventually("the order is delivered, and what greets a 3PL") {
                    try await engine.deliveries(of: "brand").allSatisfy { $0.status == .delivered }
                }
            }
            let sent = try await engine.deliveries(of: "brand").count
            #expect(receiver.deliveries.count == sent + 1)
            #expect(Set(receiver.deliveries.map(\.body)).count == sent, "the same payload again")
            #expect(try await engine.endpoint("brand")?.disabled == nil)
            await receiver.stop()
        }
    }

    private static func order(sealedWith keyring: DataKeyring) throws -> OrderPlaced {
        var event = OrderPlaced.example
        event.order.buyer = try keyring.seal(Buyer(name: "Ada Lovelace"))
        return event
    }

    @Test func `a new address gets at once what the old one made wait`() async throws {
        try await Engine.with { engine in
            let receiver = try await WebhookReceiver.start { .init($0.path == "/old" ? 500 : 200) }
            let patient = RetrySettings(limit: 3, delaySeconds: 3600)
            try await engine.endpoint("shop", receiver.url("/old"), retry: patient)
            try await engine.record(3, subject: "one")
            try await engine.dispatching { signal in
                try await eventually("the attempt is noted") {
                    try await engine.deliveries(of: "shop").first?.attempts == 1
                }
                try await engine.endpoint("shop", receiver.url("/new"), retry: patient)
                signal.wake()
                try await eventually("all are delivered") {
                    try await engine.deliveries(of: "shop").allSatisfy { $0.status == .delivered }
                }
            }
            #expect(receiver.deliveries.map(\.path) == ["/old", "/new", "/new", "/new"])
            await receiver.stop()
        }
    }

    @Test func `a late 410 of the old address does not disable the new one`() async throws {
        try await Engine.with { engine in
            let gate = Gate()
            let receiver = try await WebhookReceiver.start { delivery in
                guard delivery.path == "/old" else { return .init(200) }
                await gate.wait()
                return .init(410)
            }
            try await engine.endpoint("shop", receiver.url("/old"))
            try await engine.record(subject: "one")
            try await engine.dispatching { _ in
                try await eventually("it is under way") { receiver.deliveries.count == 1 }
                try await engine.endpoint("shop", receiver.url("/new"))
                gate.open()
                try await eventually("it is delivered") {
                    try await engine.deliveries(of: "shop").allSatisfy { $0.status == .delivered }
                }
            }
            #expect(receiver.deliveries.map(\.path) == ["/old", "/new"])
            #expect(try await disabledEvents(engine) == [])
            await receiver.stop()
        }
    }

    @Test func `nothing but failures for too long disables the endpoint, once`() async throws {
        try await Engine.with { engine in
            let receiver = try await WebhookReceiver.start { _ in .init(500) }
            try await engine.endpoint("shop", receiver.url("/hook"))
            for number in 0..<5 { try await engine.record(subject: "s\(number)") }
            var settings = Engine.settings
            settings.patience = .milliseconds(1)
            try await engine.dispatching(settings) { _ in
                try await eventually("it is disabled") {
                    try await engine.endpoint("shop")?.disabled?.reason == .failing
                }
            }
            let endpoint = try #require(try await engine.endpoint("shop"))
            #expect(endpoint.health.consecutiveFailures >= 2)
            #expect(try await engine.deliveries(of: "shop").allSatisfy { $0.status == .pending })
            #expect(try await disabledEvents(engine) == ["too_many_failures"])
            await receiver.stop()
        }
    }

    @Test func `a receiver that hangs rests, and gets everything once it is back`() async throws {
        try await Engine.with { engine in
            let isDown = Mutex(true)
            let receiver = try await WebhookReceiver.start { _ in
                if isDown.withLock({ $0 }) { try await Task.sleep(for: .seconds(3600)) }
                return .init(200)
            }
            try await engine.endpoint("shop", receiver.url("/hook"))
            for number in 0..<20 { try await engine.record(subject: "s\(number)") }
            var settings = Engine.settings
            settings.timeout = .milliseconds(100)
            settings.schedule = RetrySchedule(Array(repeating: .milliseconds(20), count: 1000))
            try await engine.dispatching(settings) { _ in
                try await eventually("its circuit is open") {
                    try await engine.endpoint("shop")?.health.circuit(at: .now()) == .open
                }
                isDown.withLock { $0 = false }
                try await eventually("all are delivered") {
                    try await engine.deliveries(of: "shop").allSatisfy { $0.status == .delivered }
                }
            }
            #expect(try await engine.endpoint("shop")?.health.circuit(at: .now()) == .closed)
            await receiver.stop()
        }
    }

    @Test func `the answer's first bytes are kept, and endless ones are not read`() async throws {
        try await Engine.with { engine in
            let server = try await RawServer.start { connection in
                connection.write("HTTP/1.1 500 Oh\r\nTransfer-Encoding: chunked\r\n\r\n")
                let chunk = "2000\r\n" + String(repeating: "x", count: 0x2000) + "\r\n"
                while connection.write(chunk) {}
            }
            try await engine.endpoint("shop", server.url)
            try await engine.record(subject: "one")
            try await engine.dispatching { _ in
                try await eventually("the attempt is noted") {
                    try await engine.deliveries(of: "shop").first?.attempts == 1
                }
            }
            let delivery = try #require(try await engine.deliveries(of: "shop").first)
            #expect(delivery.lastResponse?.utf8.count == WebhookTransport.keptBytes)
            #expect(delivery.lastStatus == 500)
            await server.stop()
        }
    }

    @Test func `an answer that drips is cut off at the time-out`() async throws {
        try await Engine.with { engine in
            let server = try await RawServer.start { connection in
                connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
                while connection.write("x") { connection.rest() }
            }
            try await engine.endpoint("shop", server.url)
            try await engine.record(subject: "one")
            var settings = Engine.settings
            settings.timeout = .milliseconds(300)
            try await engine.dispatching(settings) { _ in
                try await eventually("the attempt is noted") {
                    try await engine.deliveries(of: "shop").first?.attempts == 1
                }
            }
            let delivery = try #require(try await engine.deliveries(of: "shop").first)
            #expect(delivery.lastError?.contains("no complete answer") == true)
            await server.stop()
        }
    }

    private func disabledEvents(_ engine: Engine) async throws -> [String] {
        try await engine.database.query("SELECT payload FROM outbox ORDER BY position").map { row in
            try JSON.decode(WebhookEndpointDisabled.self, from: row["payload", as: String.self]).reason.rawValue
        }
    }
}
