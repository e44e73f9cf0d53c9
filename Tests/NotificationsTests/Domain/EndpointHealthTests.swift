import Schema
import Testing

@testable import Notifications

@Suite struct EndpointHealthTests {
    private let start = Timestamp(microseconds: 1_700_000_000_000_000)
    private let patience = Duration.seconds(100)

    @Test func `disables after nothing but failures for the whole patience`() {
        var health = EndpointHealth()
        #expect(health.record(.failed(retryAfter: nil), at: start, patience: patience) == .none)
        #expect(health.record(.failed(retryAfter: nil), at: start + .seconds(99), patience: patience) == .none)
        let action = health.record(.failed(retryAfter: nil), at: start + .seconds(100), patience: patience)
        #expect(action == .disable(.failing))
        #expect(health.consecutiveFailures == 3)
    }

    @Test func `one success starts the patience anew`() {
        var health = EndpointHealth()
        _ = health.record(.failed(retryAfter: nil), at: start, patience: patience)
        #expect(health.record(.delivered, at: start + .seconds(50), patience: patience) == .none)
        #expect(health.consecutiveFailures == 0)
        #expect(health.record(.failed(retryAfter: nil), at: start + .seconds(120), patience: patience) == .none)
        #expect(health.failingSince == start + .seconds(120))
        #expect(health.lastSuccessAt == start + .seconds(50))
        #expect(health.lastFailureAt == start + .seconds(120))
    }

    @Test func `410 disables at once`() {
        var health = EndpointHealth()
        #expect(health.record(.gone, at: start, patience: patience) == .disable(.gone))
    }
}
