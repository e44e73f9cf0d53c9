import Schema
import Testing

@testable import Payments

/// When card keys come and go.
@Suite struct CardKeyPlanTests {
    private let now = Samples.time

    private func plan(_ keys: [CardKey]) -> CardKeyPlan {
        CardKeyPlan(
            keys, life: .seconds(3600), retention: .seconds(600), overlap: .seconds(60), at: now)
    }

    private func key(age: Duration, retired: Duration? = nil) -> CardKey {
        CardKey(id: CardKeyID(), activatedAt: now - age, retiredAt: retired.map { now - $0 })
    }

    @Test func thereIsAlwaysAKey() {
        #expect(plan([]).needsNew)
        #expect(!plan([key(age: .seconds(3599))]).needsNew)
        #expect(plan([key(age: .seconds(3600))]).needsNew)
    }

    @Test func theOldOneStaysUntilEveryEdgeKnowsTheNew() {
        let old = key(age: .seconds(3700))
        #expect(plan([old]).retiring == [])
        #expect(plan([old, key(age: .seconds(59))]).retiring == [])
        #expect(plan([key(age: .seconds(60)), old]).retiring == [old.id])
    }

    @Test func aRetiredOneIsDestroyedAfterItsTime() {
        let gone = key(age: .seconds(9000), retired: .seconds(600))
        let kept = key(age: .seconds(9000), retired: .seconds(599))
        #expect(plan([gone, kept, key(age: .zero)]).destroying == [gone.id])
    }
}
