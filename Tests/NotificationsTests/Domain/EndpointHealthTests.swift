import Schema
import Testing

@testable import Notifications

@Suite struct EndpointHealthTests {
    private let start = Timestamp(microseconds: 1_700_000_000_000_000)
    private let patience = Duration.seconds(100)
    private let silence = DeliveryOutcome(error: "no connection")
    private let success = DeliveryOutcome(status: 200, response: nil, retryAfter: nil)

    @Test func `disables after nothing but failures for the whole patience`() {
        var health = EndpointHealth()
        #expect(health.record(silence, at: start, patience: patience) == .none)
        #expect(health.record(silence, at: start + .seconds(99), patience: patience) == .none)
        let action = health.record(silence, at: start + .seconds(100), patience: patience)
        #expect(action == .disable(.failing))
        #expect(health.consecutiveFailures == 3)
    }

    @Test func `one success starts the patience anew`() {
        var health = EndpointHealth()
        _ = health.record(silence, at: start, patience: patience)
        #expect(health.record(success, at: start + .seconds(50), patience: patience) == .none)
        #expect(health.consecutiveFailures == 0)
        #expect(health.record(silence, at: start + .seconds(120), patience: patience) == .none)
        #expect(health.failingSince == start + .seconds(120))
        #expect(health.lastSuccessAt == start + .seconds(50))
        #expect(health.lastFailureAt == start + .seconds(120))
    }

    @Test func `410 disables at once`() {
        var health = EndpointHealth()
        let gone = DeliveryOutcome(status: 410, response: nil, retryAfter: nil)
        #expect(health.record(gone, at: start, patience: patience) == .disable(.gone))
    }

    // MARK: The circuit

    /// Lets it fail as often, all at one moment.
    private func fail(
        _ health: inout EndpointHealth, _ count: Int, with outcome: DeliveryOutcome, after duration: Duration = .zero
    ) {
        for _ in 0..<count { _ = health.record(outcome, after: duration, at: start, patience: .seconds(86_400)) }
    }

    @Test func `ten failures in a row open the circuit, and it stays half open until one gets through`() {
        var health = EndpointHealth()
        fail(&health, 9, with: silence, after: .seconds(5))
        #expect(health.circuit(at: start) == .closed)
        fail(&health, 1, with: silence, after: .seconds(5))
        #expect(health.circuit(at: start + .seconds(19)) == .open)
        #expect(health.circuit(at: start + .seconds(20)) == .halfOpen)
        _ = health.record(success, at: start + .seconds(21), patience: patience)
        #expect(health.circuit(at: start + .seconds(21)) == .closed)
    }

    @Test(arguments: [(0, 50), (5, 50), (100, 400), (1000, 4000), (15_000, 60_000), (60_000, 60_000)])
    func `it rests four times as long as the attempt took`(milliseconds: Int, rest: Int) {
        var health = EndpointHealth()
        fail(&health, 64, with: silence, after: .milliseconds(milliseconds))
        #expect(health.circuitOpenUntil == start + .milliseconds(rest))
    }

    /// What refuses one message may take the next.
    @Test(arguments: [400, 401, 404, 422, 302]) func `refusals of messages open no circuit`(status: Int) {
        var health = EndpointHealth()
        fail(&health, 50, with: DeliveryOutcome(status: status, response: nil, retryAfter: nil))
        #expect(health.circuitOpenUntil == nil)
    }

    @Test(arguments: [408, 429, 500, 503]) func `faults of the receiver open it`(status: Int) {
        var health = EndpointHealth()
        fail(&health, 10, with: DeliveryOutcome(status: status, response: nil, retryAfter: nil))
        #expect(health.circuitOpenUntil != nil)
    }

    @Test func `what could not be made into a message opens none`() {
        var health = EndpointHealth()
        fail(&health, 50, with: DeliveryOutcome(error: "no such message", isUnsent: true))
        #expect(health.circuitOpenUntil == nil)
    }
}
