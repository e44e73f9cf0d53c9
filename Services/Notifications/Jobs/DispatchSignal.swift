/// Tells the dispatcher that there may be something to send. Waking it twice before it looks is waking it once.
final class DispatchSignal: Sendable {
    let wakes: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() {
        (wakes, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    func wake() {
        continuation.yield()
    }

    /// Ends the dispatcher's loop.
    func finish() {
        continuation.finish()
    }
}
