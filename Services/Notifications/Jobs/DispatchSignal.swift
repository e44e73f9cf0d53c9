import Schema
import Synchronization

/// Tells the dispatcher that there may be something to send, and for whom. Waking it twice before it looks is waking it
/// once.
final class DispatchSignal: Sendable {
    let wakes: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation
    private let expected = Mutex<Set<WebhookEndpointID>>([])

    init() {
        (wakes, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// Has the dispatcher look again at what it knows of.
    func wake() {
        continuation.yield()
    }

    /// Has the dispatcher look at these endpoints.
    func wake(_ endpoints: some Sequence<WebhookEndpointID>) {
        let isNew = expected.withLock { expected in
            let count = expected.count
            expected.formUnion(endpoints)
            return expected.count > count
        }
        if isNew { continuation.yield() }
    }

    /// Has the dispatcher look at these endpoints in a while.
    func wake(_ endpoints: [WebhookEndpointID], after delay: Duration) {
        Task {
            try? await Task.sleep(for: delay)
            wake(endpoints)
        }
    }

    /// The endpoints that were named since the last call.
    func takeExpected() -> Set<WebhookEndpointID> {
        expected.withLock { expected in
            defer { expected = [] }
            return expected
        }
    }

    /// Ends the dispatcher's loop.
    func finish() {
        continuation.finish()
    }
}
