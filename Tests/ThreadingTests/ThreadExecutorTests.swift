import Glibc
import Synchronization
import Testing
import Threading

@Suite struct ThreadExecutorTests {
    @Test func runsJobsInOrderOnOneThread() async {
        let executor = ThreadExecutor(name: "test")
        let seen = Mutex<(numbers: [Int], threads: Set<UInt>)>(([], []))
        for number in 0..<1000 {
            executor.run {
                seen.withLock {
                    $0.numbers.append(number)
                    $0.threads.insert(UInt(pthread_self()))
                }
            }
        }
        let last = await executor.value { UInt(pthread_self()) }
        executor.shutdown()
        seen.withLock {
            #expect($0.numbers == Array(0..<1000))
            #expect($0.threads == [last])
        }
        #expect(last != UInt(pthread_self()))
    }

    @Test func drainsBeforeItEndsAndRunsWhatComesLate() async {
        let executor = ThreadExecutor(name: "test")
        let ran = Mutex(0)
        for _ in 0..<100 { executor.run { ran.withLock { $0 += 1 } } }
        executor.shutdown()
        await executor.value {}
        #expect(ran.withLock { $0 } == 100)
        executor.shutdown()
        #expect(await executor.value { 7 } == 7)
    }

    @Test func theThreadGoesAwayWithTheExecutor() async {
        final class Canary: Sendable {}
        weak var canary: Canary?
        do {
            let held = Canary()
            canary = held
            ThreadExecutor.detach(name: "test") { withExtendedLifetime(held) {} }
        }
        // The detached thread drops its closure, and with it the canary, after running it.
        while canary != nil { await Task.yield() }
    }
}

extension ThreadExecutor {
    /// What `work` returns on the thread, after everything enqueued before.
    fileprivate func value<R: Sendable>(_ work: @escaping @Sendable () -> R) async -> R {
        await withCheckedContinuation { continuation in run { continuation.resume(returning: work()) } }
    }
}
