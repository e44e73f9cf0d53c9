import Glibc
import Synchronization
import Testing
import Threading

@Suite struct ThreadExecutorTests {
    struct Failure: Error {}

    @Test func runsJobsInOrderOnOneThread() async throws {
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
        let last = try await executor.call { UInt(pthread_self()) }
        executor.shutdown()
        seen.withLock {
            #expect($0.numbers == Array(0..<1000))
            #expect($0.threads == [last])
        }
        #expect(last != UInt(pthread_self()))
    }

    @Test func callThrowsWhatTheWorkThrows() async {
        let executor = ThreadExecutor(name: "test")
        defer { executor.shutdown() }
        await #expect(throws: Failure.self) { try await executor.call { throw Failure() } }
    }

    @Test func drainsBeforeItEndsAndRunsWhatComesLate() async throws {
        let executor = ThreadExecutor(name: "test")
        let ran = Mutex(0)
        for _ in 0..<100 { executor.run { ran.withLock { $0 += 1 } } }
        executor.shutdown()
        try await executor.call {}
        #expect(ran.withLock { $0 } == 100)
        executor.shutdown()
        #expect(try await executor.call { 7 } == 7)
    }

    @Test func isAnActorsExecutor() async throws {
        let counter = Counter()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 { group.addTask { for _ in 0..<500 { await counter.increment() } } }
        }
        #expect(await counter.value == 4000)
        #expect(await counter.threads.count == 1)
        #expect(try await counter.executor.call { counter.assumeIsolated { $0.value } } == 4000)
        counter.executor.shutdown()
    }

    @Test func theThreadGoesAwayWithTheExecutor() async throws {
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

private actor Counter {
    nonisolated let executor = ThreadExecutor(name: "counter")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
    private(set) var value = 0
    private(set) var threads: Set<UInt> = []

    func increment() {
        value += 1
        threads.insert(UInt(pthread_self()))
    }
}
