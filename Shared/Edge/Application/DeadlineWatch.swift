import Synchronization

/// Runs actions whose time has come, for many short waits at once: one sleeping task instead of one a request.
final class DeadlineWatch: Sendable {
    struct Token: Sendable {
        fileprivate let number: UInt64
    }

    private struct State {
        var nextNumber: UInt64 = 0
        var waits: [UInt64: (deadline: ContinuousClock.Instant, action: @Sendable () -> Void)] = [:]
    }

    private let state = Mutex(State())

    /// Runs `action` soon after `deadline`, unless it is cancelled before.
    func schedule(at deadline: ContinuousClock.Instant, _ action: @escaping @Sendable () -> Void) -> Token {
        state.withLock { state in
            state.nextNumber += 1
            state.waits[state.nextNumber] = (deadline, action)
            return Token(number: state.nextNumber)
        }
    }

    /// Answers false when the action has run already, or is running now.
    @discardableResult
    func cancel(_ token: Token) -> Bool {
        state.withLock { $0.waits.removeValue(forKey: token.number) != nil }
    }

    /// Runs everything that is due at `now`.
    func sweep(now: ContinuousClock.Instant) {
        let due = state.withLock { state in
            let due = state.waits.filter { $0.value.deadline <= now }
            for number in due.keys { state.waits[number] = nil }
            return due.values.map(\.action)
        }
        for action in due { action() }
    }

    /// Sweeps until the task is cancelled.
    func run() async {
        // A quarter of a second is exact enough for time-outs of seconds.
        while (try? await Task.sleep(for: .milliseconds(250))) != nil {
            sweep(now: .now)
        }
    }
}
