import Synchronization
import Threading

/// A consumer's sessions, one after the other, and the thread that they live on. Serves groups and readers alike.
final class RDKafkaConsumerThread: Sendable {
    private struct State {
        var session: RDKafkaConsumerSession
        var isClosed = false
    }

    private let thread = ThreadExecutor(name: "kafka-consumer")
    private let state: Mutex<State>
    /// Makes a session, given its number, that has not started to read.
    private let make: @Sendable (Int) throws(KafkaError) -> RDKafkaConsumerSession
    /// Makes a session read. The flag says whether it replaces another one.
    private let start: @Sendable (RDKafkaConsumerSession, _ isReplacement: Bool) throws(KafkaError) -> Void

    init(
        make: @escaping @Sendable (Int) throws(KafkaError) -> RDKafkaConsumerSession,
        start: @escaping @Sendable (RDKafkaConsumerSession, _ isReplacement: Bool) throws(KafkaError) -> Void
    ) throws(KafkaError) {
        self.make = make
        self.start = start
        state = Mutex(State(session: try make(1)))
    }

    var session: RDKafkaConsumerSession { state.withLock { $0.session } }

    private var isClosed: Bool { state.withLock { $0.isClosed } }

    /// Runs `work` on the thread.
    func run<R: Sendable>(
        _ work: @escaping @Sendable () -> Result<R, KafkaError>
    ) async throws(KafkaError) -> R {
        try await withCheckedContinuation { continuation in
            thread.run { continuation.resume(returning: self.isClosed ? .failure(.closed) : work()) }
        }.get()
    }

    /// Makes the first session read; for starts that have to ask the brokers something.
    func startFirstSession() async throws(KafkaError) {
        try await run { Result { () throws(KafkaError) in try self.start(self.session, false) } }
    }

    func nextBatch(maximum: Int, maximumBytes: Int, wait: Duration) async throws(KafkaError) -> [KafkaMessage] {
        let isCancelled = Flag()
        let result: Result<[KafkaMessage], KafkaError> = await withTaskCancellationHandler {
            do throws(KafkaError) {
                return .success(
                    try await run {
                        Result { () throws(KafkaError) in
                            try self.poll(
                                maximum: max(1, maximum), maximumBytes: max(1, maximumBytes), wait: wait,
                                isCancelled: isCancelled)
                        }
                    })
            } catch {
                return .failure(error)
            }
        } onCancel: {
            isCancelled.raise()
            session.interruptPoll()
        }
        return try result.get()
    }

    func close(deadline: Duration) async {
        let end = ContinuousClock.now + deadline
        let (session, wasClosed) = state.withLock { state in
            defer { state.isClosed = true }
            return (state.session, state.isClosed)
        }
        guard !wasClosed else { return }
        let finished = Latch()
        session.interruptPoll()
        thread.run {
            // A session that came meanwhile, because the cluster changed, is the one to close.
            let session = self.session
            session.leave(until: end)
            session.destroy()
            finished.open()
        }
        thread.shutdown()
        await finished.wait(atMost: deadline + .milliseconds(500))
    }

    private func poll(
        maximum: Int, maximumBytes: Int, wait: Duration, isCancelled: Flag
    ) throws(KafkaError) -> [KafkaMessage] {
        let deadline = ContinuousClock.now + wait
        while true {
            let poll = session.nextBatch(maximum: maximum, maximumBytes: maximumBytes, until: deadline) {
                isCancelled.isRaised || isClosed
            }
            switch poll {
            case .messages(let messages): return messages
            case .failure(let error): throw error
            case .broken(let error):
                try replaceSession()
                if let error { throw error }
                if ContinuousClock.now >= deadline { return [] }
            }
        }
    }

    private func replaceSession() throws(KafkaError) {
        let old = session
        let new = try make(old.number + 1)
        do throws(KafkaError) {
            try start(new, true)
        } catch {
            // The next poll finds the old session still broken, and tries again.
            new.destroy()
            throw error
        }
        state.withLock { $0.session = new }
        ThreadExecutor.detach(name: "kafka-destroy") { old.destroy() }
    }
}

/// Is raised once.
final class Flag: Sendable {
    private let value = Atomic(false)

    var isRaised: Bool { value.load(ordering: .relaxed) }

    func raise() { value.store(true, ordering: .relaxed) }
}
