internal import Synchronization

/// Wakes whoever polls, so that what has just happened in this process is seen at once rather than at the next poll.
public final class WakeSignal: Sendable {
    private struct State {
        var isPending = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    public init() {}

    /// Ends a wait, or the next one if nobody waits. Many calls during one round of the poll count as one.
    public func wake() {
        let waiters = state.withLock { state in
            state.isPending = state.waiters.isEmpty
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Returns at the next ``wake()``, when `timeout` has passed or when the task is cancelled. It may return early.
    public func wait(upTo timeout: Duration) async {
        let timer = Task {
            try await Task.sleep(for: timeout)
            wake()
        }
        defer { timer.cancel() }
        await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                let isOver = state.withLock { state in
                    if state.isPending || Task.isCancelled {
                        state.isPending = false
                        return true
                    }
                    state.waiters.append(waiter)
                    return false
                }
                if isOver { waiter.resume() }
            }
        } onCancel: {
            wake()
        }
    }
}
