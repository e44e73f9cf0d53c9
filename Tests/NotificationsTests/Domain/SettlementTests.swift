import Schema
import Testing

@testable import Notifications

@Suite struct SettlementTests {
    private let schedule = RetrySchedule([.seconds(1), .seconds(2)])
    private let now = Timestamp(microseconds: 1_700_000_000_000_000)

    private func settle(_ outcome: DeliveryOutcome, attempts: Int) -> Settlement {
        Settlement(outcome, attempts: attempts, schedule: schedule, at: now, jitter: 0)
    }

    @Test(arguments: [200, 201, 204, 299]) func `2xx delivers`(status: Int) {
        let settled = settle(DeliveryOutcome(status: status, response: nil, retryAfter: nil), attempts: 3)
        #expect(settled.status == .delivered)
        #expect(settled.attempts == 3)
    }

    @Test(arguments: [301, 302, 308, 400, 404, 429, 500, 503]) func `all else is tried again`(status: Int) {
        let outcome = DeliveryOutcome(status: status, response: nil, retryAfter: nil)
        #expect(outcome.error != nil)
        let settled = settle(outcome, attempts: 1)
        #expect(settled.status == .pending)
        #expect(settled.dueAt == now + .seconds(1))
    }

    @Test func `attempts are one more than the schedule's waits`() {
        let outcome = DeliveryOutcome(error: "no connection")
        #expect(settle(outcome, attempts: 2).status == .pending)
        #expect(settle(outcome, attempts: 3).status == .failed)
    }

    @Test func `410 neither delivers nor fails: the delivery is held with its endpoint`() {
        let settled = settle(DeliveryOutcome(status: 410, response: nil, retryAfter: nil), attempts: 9)
        #expect(settled.status == .pending)
    }
}
