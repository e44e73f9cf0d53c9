import Synchronization
import Testing

@testable import Edge

@Suite struct DeadlineWatchTests {
    @Test func runsWhatIsDueOnce() {
        let watch = DeadlineWatch()
        let fired = Mutex<[Int]>([])
        let now = ContinuousClock.now
        let tokens = (0..<3).map { number in
            watch.schedule(at: now + .seconds(number)) { fired.withLock { $0.append(number) } }
        }
        watch.sweep(now: now - .seconds(1))
        #expect(fired.withLock { $0 } == [])
        #expect(watch.cancel(tokens[1]))
        watch.sweep(now: now + .seconds(1))
        watch.sweep(now: now + .seconds(1))
        #expect(fired.withLock { $0 } == [0])
        #expect(!watch.cancel(tokens[0]))
        watch.sweep(now: now + .seconds(2))
        #expect(fired.withLock { $0 } == [0, 2])
    }
}
