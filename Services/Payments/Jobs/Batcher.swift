import Synchronization

/// Has many callers' work done together: whoever comes while a batch is under way is in the next one.
///
/// Alone, an item is worked on at once; under load, the batches grow by themselves and a round trip serves many.
final class Batcher<Item: Sendable, Reply: Sendable>: Sendable {
    private struct State {
        var waiting: [(item: Item, continuation: CheckedContinuation<Reply, any Error>)] = []
        var isWorking = false
    }

    private let limit: Int
    private let work: @Sendable ([Item]) async throws -> [Reply]
    private let state = Mutex(State())

    /// - Parameters:
    ///   - limit: Most items of one batch.
    ///   - work: Gives a reply an item, in the same order; what it throws is thrown to every caller of the batch.
    init(limit: Int, work: @escaping @Sendable ([Item]) async throws -> [Reply]) {
        self.limit = limit
        self.work = work
    }

    /// Returns once the batch that has the item is done.
    func submit(_ item: Item) async throws -> Reply {
        try await withCheckedThrowingContinuation { continuation in
            let mustWork = state.withLock { state in
                state.waiting.append((item, continuation))
                defer { state.isWorking = true }
                return !state.isWorking
            }
            // Detached from the caller, whose cancellation and trace are not the batch's.
            if mustWork { Task.detached { await self.workAll() } }
        }
    }

    private func workAll() async {
        while true {
            let batch = state.withLock { state in
                let batch = Array(state.waiting.prefix(limit))
                state.waiting.removeFirst(batch.count)
                state.isWorking = !batch.isEmpty
                return batch
            }
            guard !batch.isEmpty else { return }
            do {
                let replies = try await work(batch.map(\.item))
                for (caller, reply) in zip(batch, replies) { caller.continuation.resume(returning: reply) }
            } catch {
                for caller in batch { caller.continuation.resume(throwing: error) }
            }
        }
    }
}
