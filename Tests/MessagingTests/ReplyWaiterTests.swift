import Messaging
import Synchronization
import TestKit
import Testing

/// The rows of a table that another service changes.
private final class Answers: Sendable {
    private let state = Mutex((answers: [Int: String](), polls: [Set<Int>]()))

    func set(_ key: Int, _ value: String) { state.withLock { $0.answers[key] = value } }

    func look(_ keys: [Int]) -> [Int: String] {
        state.withLock { state in
            state.polls.append(Set(keys))
            return state.answers.filter { keys.contains($0.key) }
        }
    }

    var polls: [Set<Int>] { state.withLock { $0.polls } }
}

@Suite struct ReplyWaiterTests {
    /// Runs a waiter for the time of `body`.
    private func with(
        interval: Duration, _ answers: Answers, _ body: (ReplyWaiter<Int, String>) async throws -> Void
    ) async throws {
        let waiter = ReplyWaiter<Int, String>(interval: interval) { answers.look($0) }
        let task = Task { try await waiter.run() }
        let result: Result<Void, any Error>
        do { result = .success(try await body(waiter)) } catch { result = .failure(error) }
        task.cancel()
        _ = await task.result
        try result.get()
    }

    @Test("Woken in this process, a wait ends long before the next poll")
    func wake() async throws {
        let answers = Answers()
        try await with(interval: .seconds(3600), answers) { waiter in
            async let reply = waiter.wait(for: 1, timeout: .seconds(3600))
            try await eventually("the row was looked at once") { answers.polls == [[1]] }
            answers.set(1, "paid")
            waiter.wake([2])
            waiter.wake([1])
            #expect(try await reply == "paid")
            #expect(answers.polls == [[1], [1]])
        }
    }

    @Test("What this process knows by itself ends a wait without a look at its row; others wait on")
    func resolve() async throws {
        let answers = Answers()
        try await with(interval: .seconds(3600), answers) { waiter in
            async let reply = waiter.wait(for: 1, timeout: .seconds(3600))
            try await eventually("the row was looked at once") { answers.polls == [[1]] }
            async let other = waiter.wait(for: 2, timeout: .seconds(3600))
            waiter.resolve([1: "paid", 3: "of nobody here"])
            #expect(try await reply == "paid")
            answers.set(2, "refused")
            try await eventually("the other is still answered by its row") {
                waiter.wake([2])
                return answers.polls.last == [2]
            }
            #expect(try await other == "refused")
        }
    }

    @Test("Nobody wakes: one poll asks for all rows that wait")
    func poll() async throws {
        let answers = Answers()
        try await with(interval: .milliseconds(10), answers) { waiter in
            async let first = waiter.wait(for: 1, timeout: .seconds(3600))
            async let second = waiter.wait(for: 2, timeout: .seconds(3600))
            async let again = waiter.wait(for: 2, timeout: .seconds(3600))
            try await eventually("both rows are looked at together") { answers.polls.contains([1, 2]) }
            answers.set(1, "paid")
            answers.set(2, "refused")
            #expect(try await first == "paid")
            #expect(try await second == "refused")
            #expect(try await again == "refused")
        }
    }

    @Test("Nothing comes: nil after the time-out")
    func timeOut() async throws {
        let answers = Answers()
        try await with(interval: .milliseconds(5), answers) { waiter in
            let early = try await waiter.wait(for: 1, timeout: .milliseconds(20))
            #expect(early == nil)
            answers.set(1, "late")
            let late = try await waiter.wait(for: 1, timeout: .seconds(3600))
            #expect(late == "late")
        }
    }

    @Test("A cancelled wait throws; the end of the service ends the others without an answer")
    func ends() async throws {
        let answers = Answers()
        let waiter = ReplyWaiter<Int, String>(interval: .milliseconds(5)) { answers.look($0) }
        let run = Task { try await waiter.run() }
        let cancelled = Task { try await waiter.wait(for: 1, timeout: .seconds(3600)) }
        let left = Task { try await waiter.wait(for: 2, timeout: .seconds(3600)) }
        try await eventually("both wait") { answers.polls.contains([1, 2]) }
        cancelled.cancel()
        await #expect(throws: CancellationError.self) { try await cancelled.value }
        run.cancel()
        #expect(try await left.value == nil)
        #expect(try await waiter.wait(for: 3, timeout: .seconds(3600)) == nil)
    }

    @Test("A poll that fails is repeated")
    func failingPoll() async throws {
        struct Lost: Error {}
        let polls = Mutex(0)
        let waiter = ReplyWaiter<Int, String>(interval: .milliseconds(5)) { keys in
            let count = polls.withLock { polls in
                polls += 1
                return polls
            }
            if count < 3 { throw Lost() }
            return Dictionary(uniqueKeysWithValues: keys.map { ($0, "paid") })
        }
        let run = Task { try await waiter.run() }
        #expect(try await waiter.wait(for: 1, timeout: .seconds(3600)) == "paid")
        run.cancel()
    }
}
