import Messaging
import Postgres
import Schema
import TestKit
import Testing

@testable import Notifications

/// How many messages a second an endpoint gets.
@Suite struct RateLimitTests {
    @Test(arguments: [(1, 1), (19, 1), (40, 2), (200, 10)])
    func `a claim takes what the rate allows at once, and the next waits until it is paid for`(
        rate: Int, burst: Int
    ) async throws {
        try await Engine.with { engine in
            try await engine.limited("shop", "http://127.0.0.1:1/", rate)
            try await engine.endpoint("free", "http://127.0.0.1:1/")
            for number in 0..<20 { try await engine.record(subject: "s\(number)") }
            let first = Claim(try await claim(engine))
            #expect(first.counts == ["free": 20, "shop": burst])
            #expect(first.pauses.count == 1)
            #expect(first.pauses.allSatisfy { $0 <= .seconds(1) })

            try await engine.pace(by: "interval '1 hour'")
            let tooEarly = Claim(try await claim(engine))
            #expect(tooEarly.counts.isEmpty)
            try await engine.pace(by: "interval '-2 hours'")
            let paid = Claim(try await claim(engine))
            #expect(paid.counts == ["shop": burst])
        }
    }

    /// What of a claim counts here.
    private struct Claim {
        /// Deliveries by the name of their endpoint.
        let counts: [String: Int]
        let pauses: [Duration]

        init(_ claimed: [ClaimedDelivery]) {
            counts = claimed.reduce(into: [:]) { $0[$1.endpoint.name, default: 0] += 1 }
            pauses = claimed.compactMap(\.pause)
        }
    }

    @Test func `a limited endpoint gets everything, without looking again and again`() async throws {
        try await Engine.with { engine in
            let receiver = try await WebhookReceiver.start()
            try await engine.limited("shop", receiver.url("/hook"), 200)
            for number in 0..<35 { try await engine.record(subject: "s\(number)") }
            var settings = Engine.settings
            settings.poll = .seconds(3600)
            try await engine.dispatching(settings) { _ in
                try await eventually("all arrive") { receiver.deliveries.count == 35 }
            }
            await receiver.stop()
        }
    }

    private func claim(_ engine: Engine) async throws -> [ClaimedDelivery] {
        try await engine.claim()
    }
}

extension Engine {
    fileprivate func limited(_ name: String, _ url: String, _ rate: Int) async throws {
        let settings = EndpointSettings(
            url: url, style: WatchTraderHubStyle.name, events: ["*"], retry: RetrySettings(), rateLimit: rate)
        _ = try await registry.configure(name, of: account, settings, headers: [:], isEnabled: true)
    }

    /// Moves the time until which limited endpoints have had their messages.
    fileprivate func pace(by interval: StaticString) async throws {
        try await database.execute(
            "UPDATE webhook_endpoints SET paced_until = paced_until + \(constant: interval)")
    }
}
