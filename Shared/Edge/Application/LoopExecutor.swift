import NIOCore

/// Runs tasks on event loops, so that a request is read, answered and written by one thread. On Swift's own pool each
/// of these steps would wake another thread, which costs more than most handlers do.
///
/// What blocks is elsewhere anyhow: Postgres, Kafka and name resolution have threads of their own.
final class LoopExecutor: TaskExecutor {
    private let group: any EventLoopGroup

    /// - Parameter group: a single loop, or several. Of several, the loop that is running takes the task if it is one of
    ///   them.
    init(_ group: any EventLoopGroup) {
        self.group = group
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        group.any().execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}

/// The executors of a group's loops, kept for as long as requests come.
struct LoopExecutors: Sendable {
    /// Runs tasks on any of the loops.
    let shared: LoopExecutor
    private let executors: [ObjectIdentifier: LoopExecutor]

    init(_ group: any EventLoopGroup) {
        shared = LoopExecutor(group)
        executors = Dictionary(
            uniqueKeysWithValues: group.makeIterator().map { loop in (ObjectIdentifier(loop), LoopExecutor(loop)) })
    }

    /// Runs tasks on this loop, wherever they were woken.
    subscript(loop: any EventLoop) -> LoopExecutor { executors[ObjectIdentifier(loop)] ?? shared }
}
