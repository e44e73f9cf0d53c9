import Synchronization

/// Something that happens once, and that tasks can wait for.
final class Latch: Sendable {
    private struct State {
        var isOpen = false
        var nextID = 0
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
    }

    private let state = Mutex(State())

    func open() {
        let waiters = state.withLock { state in
            state.isOpen = true
            defer { state.waiters = [:] }
            return state.waiters
        }
        for waiter in waiters.values { waiter.resume() }
    }

    /// Returns when the latch opens or the timeout has passed, whatever comes first. A cancelled task waits too:
    /// this is how clients are closed, and that happens in tasks that are being cancelled.
    func wait(atMost timeout: Duration) async {
        await withCheckedContinuation { continuation in
            let id: Int? = state.withLock { state in
                guard !state.isOpen else { return nil }
                state.nextID += 1
                state.waiters[state.nextID] = continuation
                return state.nextID
            }
            guard let id else { return continuation.resume() }
            Task {
                try? await Task.sleep(for: timeout)
                state.withLock { $0.waiters.removeValue(forKey: id) }?.resume()
            }
        }
    }
}
