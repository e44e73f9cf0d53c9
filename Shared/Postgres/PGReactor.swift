import CLibPQ
import Glibc
import Synchronization
import Threading

/// One thread that waits for the sockets of all connections of a database, and for one timer.
///
/// Statements are written by the task that has them and read here: a round trip costs one change of threads instead of
/// the four that a thread per connection would.
final class PGReactor: Sendable {
    private struct State {
        var sessions: [UInt64: PGSession] = [:]
        var isStopped = false
    }

    private static let timerID: UInt64 = 0

    private let epoll: Int32
    private let timer: Int32
    private let state = Mutex(State())
    private let executor = ThreadExecutor(name: "postgres")

    init() {
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        timer = timerfd_create(CLOCK_MONOTONIC, Int32(TFD_CLOEXEC | TFD_NONBLOCK))
        precondition(epoll >= 0 && timer >= 0, "no file descriptors left: errno \(errno)")
        control(EPOLL_CTL_ADD, timer, id: Self.timerID, writable: false)
    }

    deinit {
        close(timer)
        close(epoll)
    }

    /// - Parameters:
    ///   - onTimer: called on the reactor's thread when the timer fires.
    ///   - onClose: called there when a connection is lost or, unasked, is about to be.
    func start(onTimer: @escaping @Sendable () -> Void, onClose: @escaping @Sendable (PGSession) -> Void) {
        executor.run { self.run(onTimer, onClose) }
        executor.shutdown()
    }

    /// Ends the thread.
    func stop() {
        state.withLock { $0.isStopped = true }
        setTimer(.zero)
    }

    func add(_ session: PGSession) {
        state.withLock { $0.sessions[session.id] = session }
        control(EPOLL_CTL_ADD, session.socket, id: session.id, writable: false)
    }

    /// - Parameter isSocketOpen: false if libpq has closed the socket, whose number may by now be another's.
    func remove(_ session: PGSession, isSocketOpen: Bool) {
        state.withLock { $0.sessions[session.id] = nil }
        if isSocketOpen { control(EPOLL_CTL_DEL, session.socket, id: session.id, writable: false) }
    }

    /// Reports also when the socket can take more bytes, or no longer.
    func watch(_ session: PGSession, writable: Bool) {
        control(EPOLL_CTL_MOD, session.socket, id: session.id, writable: writable)
    }

    var sessions: [PGSession] { state.withLock { Array($0.sessions.values) } }

    /// Fires once after `delay`; replaces the earlier setting.
    func setTimer(_ delay: Duration) {
        let (seconds, attoseconds) = delay.components
        var setting = itimerspec()
        setting.it_value.tv_sec = Int(max(0, seconds))
        // Zero would disarm it.
        setting.it_value.tv_nsec = Int(max(1, attoseconds / 1_000_000_000))
        timerfd_settime(timer, 0, &setting, nil)
    }

    private func run(_ onTimer: () -> Void, _ onClose: (PGSession) -> Void) {
        let capacity = 64
        withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: capacity) { events in
            guard let buffer = events.baseAddress else { return }
            while !state.withLock({ $0.isStopped }) {
                let count = epoll_wait(epoll, buffer, Int32(capacity), -1)
                for event in events.prefix(Int(max(0, count))) {
                    if event.data.u64 == Self.timerID {
                        var expirations: UInt64 = 0
                        if read(timer, &expirations, 8) == 8 { onTimer() }
                    } else if let session = state.withLock({ $0.sessions[event.data.u64] }) {
                        if !session.socketIsReady(writable: event.events & EPOLLOUT.rawValue != 0) { onClose(session) }
                    }
                }
            }
        }
    }

    private func control(_ operation: Int32, _ descriptor: Int32, id: UInt64, writable: Bool) {
        var event = epoll_event()
        event.events = EPOLLIN.rawValue | (writable ? EPOLLOUT.rawValue : 0)
        event.data.u64 = id
        epoll_ctl(epoll, operation, descriptor, &event)
    }
}
