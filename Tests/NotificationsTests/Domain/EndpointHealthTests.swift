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

    /// Lets it fail as often, `interval` apart; answers when the last one was.
    private func fail(
        _ health: inout EndpointHealth, _ count: Int, with outcome: DeliveryOutcome, every interval: Duration = .zero
    ) -> Timestamp {
        var now = start
        for number in 0..<count {
            now = start + interval * number
            _ = health.record(outcome, at: now, patience: .seconds(86_400))
        }
        return now
    }

    @Test func `ten failures in a row open the circuit, for as long as it has been failing`() {
        var health = EndpointHealth()
        _ = fail(&health, 9, with: silence, every: .seconds(2))
        #expect(health.circuit(at: start + .seconds(17)) == .closed)
        _ = health.record(silence, at: start + .seconds(20), patience: .seconds(86_400))
        #expect(health.circuitOpenUntil == start + .seconds(40))
        #expect(health.circuit(at: start + .seconds(39)) == .open)
        #expect(health.circuit(at: start + .seconds(40)) == .halfOpen)
    }

    @Test func `many failures at one moment are one failure: the first rest is a second, none is longer than a minute`() {
        var health = EndpointHealth()
        _ = fail(&health, 64, with: silence)
        #expect(health.circuitOpenUntil == start + .seconds(1))
        var rests: [Duration] = []
        for _ in 0..<8 {
            let probe = health.circuitOpenUntil ?? start
            _ = health.record(silence, at: probe, patience: .seconds(86_400))
            rests.append((health.circuitOpenUntil ?? start) - probe)
        }
        #expect(rests == [1, 2, 4, 8, 16, 32, 60, 60].map { .seconds($0) })
    }

    @Test func `a success closes the circuit`() {
        var health = EndpointHealth()
        let now = fail(&health, 10, with: silence)
        _ = health.record(success, at: now + .seconds(5), patience: patience)
        #expect(health.circuit(at: now + .seconds(5)) == .closed)
    }

    /// What refuses one message may take the next.
    @Test(arguments: [400, 401, 404, 422, 302]) func `refusals of messages open no circuit`(status: Int) {
        var health = EndpointHealth()
        _ = fail(&health, 50, with: DeliveryOutcome(status: status, response: nil, retryAfter: nil))
        #expect(health.circuitOpenUntil == nil)
    }

    @Test(arguments: [408, 429, 500, 503]) func `faults of the receiver open it`(status: Int) {
        var health = EndpointHealth()
        _ = fail(&health, 10, with: DeliveryOutcome(status: status, response: nil, retryAfter: nil))
        #expect(health.circuitOpenUntil != nil)
    }

    @Test func `what could not be made into a message opens none`() {
        var health = EndpointHealth()
        _ = fail(&health, 50, with: DeliveryOutcome(error: "no such message", isUnsent: true))
        #expect(health.circuitOpenUntil == nil)
    }
}
