import Glibc

/// A dedicated OS thread that runs jobs one after another: blocking C calls live here, never on the cooperative pool.
///
/// The thread starts with the first job and lives until ``shutdown()``. A job that arrives later still runs (whoever
/// waits for it would wait for ever): a thread is started again for as long as there is work.
public final class ThreadExecutor: Sendable {
    private typealias Job = @Sendable () -> Void

    /// Only touched with `lock` held.
    private struct State {
        var jobs: [Job] = []
        var hasThread = false
        var isWaiting = false
        var isShutDown = false
    }

    private let name: String
    // A condition variable is needed to wait for jobs, which `Synchronization.Mutex` doesn't have.
    private nonisolated(unsafe) let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private nonisolated(unsafe) let arrival = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private nonisolated(unsafe) let state = UnsafeMutablePointer<State>.allocate(capacity: 1)

    /// - Parameter name: shown by debuggers and `top -H`; Linux keeps the first 15 bytes.
    public init(name: String) {
        self.name = name
        pthread_mutex_init(lock, nil)
        pthread_cond_init(arrival, nil)
        state.initialize(to: State())
    }

    deinit {
        state.deinitialize(count: 1)
        state.deallocate()
        pthread_cond_destroy(arrival)
        arrival.deallocate()
        pthread_mutex_destroy(lock)
        lock.deallocate()
    }

    /// Runs `work` on the thread after everything enqueued before, without waiting for it.
    public func run(_ work: @escaping @Sendable () -> Void) {
        pthread_mutex_lock(lock)
        state.pointee.jobs.append(work)
        if state.pointee.isWaiting {
            // The flag falls here and not in the thread, so that a burst of jobs costs one wake-up.
            state.pointee.isWaiting = false
            pthread_cond_signal(arrival)
        } else if !state.pointee.hasThread {
            state.pointee.hasThread = true
            startThread()
        }
        pthread_mutex_unlock(lock)
    }

    /// Lets the thread end once the jobs enqueued so far have run. Returns at once; calling it again is harmless.
    public func shutdown() {
        pthread_mutex_lock(lock)
        state.pointee.isShutDown = true
        if state.pointee.isWaiting { pthread_cond_signal(arrival) }
        pthread_mutex_unlock(lock)
    }

    /// Runs `work` on a thread of its own that ends with it.
    public static func detach(name: String, _ work: @escaping @Sendable () -> Void) {
        let executor = ThreadExecutor(name: name)
        executor.run(work)
        executor.shutdown()
    }

    private func startThread() {
        var thread = pthread_t()
        let context = Unmanaged.passRetained(self).toOpaque()
        let code = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                Unmanaged<ThreadExecutor>.fromOpaque(context).takeRetainedValue().runJobs()
                return nil
            }, context)
        // Without a thread nothing waiting for this executor would ever go on.
        precondition(code == 0, "cannot start thread \(name): error \(code)")
        pthread_detach(thread)
    }

    /// Swift doesn't see the GNU extension `pthread_setname_np`; Linux offers the same as a file.
    private func takeName() {
        guard let file = fopen("/proc/thread-self/comm", "w") else { return }
        fputs(name, file)
        fclose(file)
    }

    private func runJobs() {
        takeName()
        var batch: [Job] = []
        pthread_mutex_lock(lock)
        while true {
            while state.pointee.jobs.isEmpty, !state.pointee.isShutDown {
                state.pointee.isWaiting = true
                pthread_cond_wait(arrival, lock)
                state.pointee.isWaiting = false
            }
            if state.pointee.jobs.isEmpty { break }
            // Two arrays take turns, so that the queue allocates nothing once it has grown.
            swap(&batch, &state.pointee.jobs)
            pthread_mutex_unlock(lock)
            for job in batch { job() }
            batch.removeAll(keepingCapacity: true)
            pthread_mutex_lock(lock)
        }
        state.pointee.hasThread = false
        pthread_mutex_unlock(lock)
    }
}
