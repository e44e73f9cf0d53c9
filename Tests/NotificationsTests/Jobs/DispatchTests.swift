import Postgres
import Schema
import Synchronization
import TestKit
import Testing

@testable import Notifications

/// The engine against a real database and a receiver that misbehaves.
@Suite struct DispatchTests {
    @Test func `delivers each event to each endpoint, signed`() async throws {
        try await Engine.with { engine in
            let receiver = try await WebhookReceiver.start()
            let endpoint = try await engine.endpoint("shop", receiver.url("/a"), headers: ["X-Key": "abc"])
            try await engine.endpoint("other", receiver.url("/b"))
            try await engine.dispatching { _ in
                try await engine.record(3, subject: "one")
                try await eventually("all six arrive") { receiver.deliveries.count == 6 }
                try await eventually("all are noted as delivered") {
                    try await engine.deliveries(of: "shop").allSatisfy { $0.status == .delivered }
                }
            }
            let delivery = try #require(receiver.deliveries.first { $0.path == "/a" })
            let secret = try engine.keyring.open(endpoint.secrets).current
            let seconds = try #require(delivery.headers["webhook-timestamp"].flatMap { Int64($0) })
            let id = try #require(delivery.headers["webhook-id"])
            #expect(
                delivery.headers["webhook-signature"]
                    == WebhookSignature.standard(id: id, seconds: seconds, body: delivery.body, secrets: [secret]))
            #expect(
                delivery.headers["wth-signature"]
                    == WebhookSignature.stripe(seconds: seconds, body: delivery.body, secrets: [secret]))
            #expect(delivery.headers["x-key"] == "abc")
            #expect(delivery.content?.id == id)
            #expect(try await engine.endpoint("shop")?.health.lastSuccessAt != nil)
            await receiver.stop()
        }
    }

    @Test func `keeps the order of a subject under failures, while other subjects go on`() async throws {
        try await Engine.with { engine in
            let failures = Mutex(3)
            let receiver = try await WebhookReceiver.start { delivery in
                guard delivery.content?.subject == "stuck", delivery.content?.sequence == 2 else { return .init(200) }
                return failures.withLock { left in
                    defer { left -= 1 }
                    return .init(left > 0 ? 500 : 200)
                }
            }
            try await engine.endpoint("shop", receiver.url("/hook"))
            try await engine.record(5, subject: "stuck")
            try await engine.record(5, subject: "free")
            try await engine.dispatching { _ in
                try await eventually("thirteen requests arrive") { receiver.deliveries.count == 13 }
                try await eventually("all are delivered") {
                    try await engine.deliveries(of: "shop").allSatisfy { $0.status == .delivered }
                }
            }
            let contents = receiver.deliveries.compactMap(\.content)
            #expect(contents.filter { $0.subject == "stuck" }.map(\.sequence) == [1, 2, 2, 2, 2, 3, 4, 5])
            #expect(contents.filter { $0.subject == "free" }.map(\.sequence) == [1, 2, 3, 4, 5])
            let retried = receiver.deliveries.filter { $0.content?.subject == "stuck" && $0.content?.sequence == 2 }
            #expect(Set(retried.map { $0.headers["webhook-id"] }).count == 1)
            #expect(Set(retried.map(\.body)).count == 1)
            await receiver.stop()
        }
    }

    @Test func `a hanging endpoint and a dead one delay no other`() async throws {
        try await Engine.with { engine in
            let hang = Gate()
            let receiver = try await WebhookReceiver.start { delivery in
                if delivery.path == "/hang" { await hang.wait() }
                return .init(200)
            }
            try await engine.endpoint("hanging", receiver.url("/hang"))
            try await engine.endpoint("dead", "http://127.0.0.1:1/")
            try await engine.endpoint("healthy", receiver.url("/healthy"))
            for number in 0..<50 { try await engine.record(subject: "s\(number)") }
            try await engine.dispatching { _ in
                // Were the healthy one to wait for the others, it would wait for ever: nothing opens the gate before.
                try await eventually("the healthy endpoint has everything") {
                    receiver.deliveries.count { $0.path == "/healthy" } == 50
                }
                #expect(try await engine.deliveries(of: "hanging").allSatisfy { $0.status == .pending })
                hang.open()
                try await eventually("the hanging endpoint catches up") {
                    try await engine.deliveries(of: "hanging").allSatisfy { $0.status == .delivered }
                }
            }
            await receiver.stop()
        }
    }

    @Test func `endpoints hang on twice as many connections as there are, and another one is served`() async throws {
        try await Engine.with { engine in
            let hang = Gate()
            let receiver = try await WebhookReceiver.start { delivery in
                if delivery.path == "/hang" { await hang.wait() }
                return .init(200)
            }
            for number in 0..<4 { try await engine.endpoint("hanging-\(number)", receiver.url("/hang")) }
            for number in 0..<10 { try await engine.record(subject: "early-\(number)") }
            var settings = Engine.settings
            settings.capacity = 4
            settings.timeout = .seconds(60)
            try await engine.dispatching(settings) { _ in
                try await eventually("they do") { receiver.deliveries.count == 8 }
                try await engine.endpoint("healthy", receiver.url("/healthy"))
                for number in 0..<10 { try await engine.record(subject: "late-\(number)") }
                // Nothing opens the gate before.
                try await eventually("the healthy endpoint has everything") {
                    receiver.deliveries.count { $0.path == "/healthy" } == 10
                }
                hang.open()
            }
            await receiver.stop()
        }
    }

    @Test func `what a dead engine had claimed is sent by the next`() async throws {
        try await Engine.with { engine in
            let gate = Gate()
            let receiver = try await WebhookReceiver.start { _ in
                await gate.wait()
                return .init(200)
            }
            try await engine.endpoint("shop", receiver.url("/hook"))
            try await engine.record(10, subject: "one")
            for number in 0..<10 { try await engine.record(subject: "s\(number)") }
            var settings = Engine.settings
            settings.lease = .milliseconds(400)
            try await engine.dispatching(settings) { _ in
                try await eventually("some are under way") { receiver.deliveries.count >= 4 }
            }
            gate.open()
            try await engine.dispatching(settings) { _ in
                try await eventually("all are delivered") {
                    try await engine.deliveries(of: "shop").allSatisfy { $0.status == .delivered }
                }
            }
            let ids = Set(receiver.deliveries.compactMap(\.content?.id))
            #expect(ids.count == 20)
            await receiver.stop()
        }
    }

    @Test func `two engines share the work without sending twice`() async throws {
        try await Engine.with { engine in
            let receiver = try await WebhookReceiver.start()
            try await engine.endpoint("shop", receiver.url("/hook"))
            for number in 0..<200 { try await engine.record(2, subject: "s\(number)") }
            try await engine.dispatching { _ in
                try await engine.dispatching { _ in
                    try await eventually("all arrive") { receiver.deliveries.count >= 400 }
                    try await eventually("all are noted") {
                        try await engine.deliveries(of: "shop").allSatisfy { $0.status == .delivered }
                    }
                }
            }
            #expect(receiver.deliveries.count == 400)
            let contents = receiver.deliveries.compactMap(\.content)
            for (_, messages) in Dictionary(grouping: contents, by: \.subject) {
                #expect(messages.map(\.sequence) == [1, 2])
            }
            await receiver.stop()
        }
    }

    /// With no poll to help, a lost wake would leave something behind.
    @Test func `everything is sent without looking again and again`() async throws {
        try await Engine.with { engine in
            let receiver = try await WebhookReceiver.start()
            try await engine.endpoint("shop", receiver.url("/a"))
            try await engine.endpoint("other", receiver.url("/b"))
            try await engine.record(30, subject: "long")
            for number in 0..<200 { try await engine.record(subject: "s\(number)") }
            var settings = Engine.settings
            settings.poll = .seconds(3600)
            settings.capacity = 16
            try await engine.dispatching(settings) { _ in
                try await eventually("all arrive") { receiver.deliveries.count == 460 }
            }
            await receiver.stop()
        }
    }

    @Test func `leases of long deliveries are renewed`() async throws {
        try await Engine.with { engine in
            let gate = Gate()
            let receiver = try await WebhookReceiver.start { _ in
                await gate.wait()
                return .init(200)
            }
            try await engine.endpoint("shop", receiver.url("/hook"))
            try await engine.record(subject: "one")
            var settings = Engine.settings
            settings.lease = .milliseconds(200)
            try await engine.dispatching(settings) { _ in
                try await eventually("it is under way") { receiver.deliveries.count == 1 }
                let first = try await lease(engine)
                try await engine.dispatching(settings) { _ in
                    // Well past the first lease, which the second engine would have taken over.
                    try await eventually("the lease moves on") { try await lease(engine) > first + .milliseconds(400) }
                }
                #expect(receiver.deliveries.count == 1)
                gate.open()
            }
            await receiver.stop()
        }
    }

    private func lease(_ engine: Engine) async throws -> Timestamp {
        let row = try await engine.database.query("SELECT leased_until FROM webhook_deliveries").first
        return try #require(try row?["leased_until", as: Timestamp?.self])
    }
}

/// Holds callers until it is opened.
final class Gate: Sendable {
    private let state = Mutex<(isOpen: Bool, waiting: [CheckedContinuation<Void, Never>])>((false, []))

    func wait() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }

    func open() {
        let waiting = state.withLock { state in
            defer { state = (true, []) }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}
