import Postgres
import Schema
import TestKit
import Testing

@testable import Notifications

/// What can be found in the delivery log.
@Suite struct DeliveryLogTests {
    @Test func `is searched by resource, event, answer and words`() async throws {
        try await Engine.with { engine in
            let receiver = try await WebhookReceiver.start { request in
                let isBad = String(decoding: request.body, as: UTF8.self).contains("bad")
                return .init(isBad ? 503 : 200, body: isBad ? "Database is DOWN" : "thank you")
            }
            try await engine.endpoint("shop", receiver.url("/hook"), retry: RetrySettings(limit: 1, delaySeconds: 1))
            try await engine.endpoint("held", receiver.url("/held"))
            _ = try await engine.registry.pause("held", of: engine.account)
            for subject in ["good", "bad"] { try await engine.record(subject: subject) }
            try await engine.dispatching { _ in
                try await eventually("both are done") {
                    try await engine.deliveries(of: "shop").allSatisfy { $0.status != .pending }
                }
            }
            func found(_ filter: DeliveryLog.Filter) async throws -> [String] {
                let page = try await engine.log.page(of: engine.account, filter, before: nil, limit: 10)
                #expect(page.next == nil)
                return page.deliveries.map { "\($0.endpoint) \($0.subject)" }.sorted()
            }
            #expect(try await found(.init()) == ["held bad", "held good", "shop bad", "shop good"])
            #expect(try await found(.init(subject: "bad")) == ["held bad", "shop bad"])
            #expect(try await found(.init(code: 503)) == ["shop bad"])
            #expect(try await found(.init(text: "database is down")) == ["shop bad"])
            #expect(try await found(.init(text: "THANK")) == ["shop good"])
            #expect(try await found(.init(text: "100%")) == [])
            #expect(try await found(.init(endpoint: "shop", status: .failed)) == ["shop bad"])
            #expect(try await found(.init(status: .pending)) == ["held bad", "held good"])
            #expect(try await found(.init(type: "order.created")) == [])
            #expect(try await found(.init(createdAfter: .now())) == [])
            #expect(try await found(.init(createdBefore: .now())).count == 4)
            let bad = try #require(try await engine.deliveries(of: "shop").first { $0.subject == "bad" })
            #expect(try await found(.init(event: bad.event)) == ["held bad", "shop bad"])

            let whole = try #require(try await engine.log.delivery(bad.id, of: engine.account))
            #expect(whole.failures.map(\.status) == [503, 503])
            #expect(whole.failures.map(\.response) == ["Database is DOWN", "Database is DOWN"])
            #expect(whole.lastResponse == "Database is DOWN")
            #expect(try await engine.log.delivery(bad.id, of: AccountID()) == nil)
            #expect(try await engine.log.page(of: AccountID(), .init(), before: nil, limit: 9).deliveries.isEmpty)
            await receiver.stop()
        }
    }

    @Test func `what was requeued keeps its attempts`() async throws {
        try await Engine.with { engine in
            try await engine.endpoint("shop", "http://127.0.0.1:1/", retry: RetrySettings(limit: 0))
            try await engine.record(subject: "one")
            try await engine.dispatching { _ in
                try await eventually("it has failed") {
                    try await engine.deliveries(of: "shop").first?.status == .failed
                }
            }
            let failed = try #require(try await engine.deliveries(of: "shop").first)
            #expect(try await engine.deliveries.requeue(failed.id, of: AccountID()) == false)
            #expect(try await engine.deliveries.requeue(failed.id, of: engine.account))
            #expect(try await engine.deliveries.requeue(failed.id, of: engine.account) == false)
            let pending = try #require(try await engine.log.delivery(failed.id, of: engine.account))
            #expect(pending.status == .pending && pending.attempts == 0 && pending.failures.count == 1)
            #expect(pending.lastError == failed.lastError && pending.createdAt == failed.createdAt)
            try await engine.dispatching { _ in
                try await eventually("it has failed again") {
                    try await engine.deliveries(of: "shop").first?.failures.count == 2
                }
            }
            let endpoint = try #require(try await engine.endpoint("shop"))
            #expect(try await engine.deliveries.requeueFailed(of: endpoint.id) == 1)
        }
    }

    @Test func `a search through many deliveries ends, and goes on from there`() async throws {
        try await Engine.with { engine in
            let endpoint = try await engine.endpoint("shop", "http://127.0.0.1:1/")
            try await engine.database.execute(
                """
                INSERT INTO webhook_delivery_log (recorded_at, id, account_id, endpoint_id, event_id, type, subject, sequence,
                    status, attempts, due_at, created_at, last_response)
                SELECT now(), overlay('00000000-0000-7000-8000-000000000000' PLACING lpad(n::text, 8, '0') FROM 1)::uuid,
                    \(engine.account), \(endpoint.id), gen_random_uuid(), 't', 's', n, 'delivered', 1, now(), now(),
                    CASE WHEN n = 3 THEN 'needle' ELSE 'hay' END
                FROM generate_series(1, \(DeliveryLog.reach + 10)) AS n
                """)
            let filter = DeliveryLog.Filter(text: "needle")
            let first = try await engine.log.page(of: engine.account, filter, before: nil, limit: 10)
            #expect(first.deliveries.isEmpty)
            let next = try #require(first.next)
            let second = try await engine.log.page(of: engine.account, filter, before: next, limit: 10)
            #expect(second.deliveries.map(\.sequence) == [3] && second.next == nil)
        }
    }
}
