import Dispatch
import Foundation
import Synchronization

/// The ways in which someone asks a foreground process to stop: Ctrl-C, SIGTERM, a closed terminal or standard input.
final class StopRequest: Sendable {
    private let requests = StopRequests()
    /// Only kept alive; nobody touches them again.
    private nonisolated(unsafe) let sources: [any DispatchSourceSignal]

    /// - Parameter stdin: whether the end of standard input is a request too; then the caller's end is this one's end.
    init(stdin: Bool) {
        sources = [SIGINT, SIGTERM, SIGHUP].map { [requests] number -> any DispatchSourceSignal in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { requests.add() }
            source.resume()
            return source
        }
        if stdin {
            Thread.detachNewThread { [requests] in
                var buffer = [UInt8](repeating: 0, count: 1024)
                while read(STDIN_FILENO, &buffer, buffer.count) > 0 {}
                requests.add()
            }
        }
    }

    /// Waits for the next request. Answers `false` if the task was cancelled before there was one.
    func next() async -> Bool { await requests.next() }
}

/// Requests that nobody has taken yet, and the one who waits. Unlike a stream it survives the end of a wait.
private final class StopRequests: Sendable {
    private struct State {
        var untaken = 0
        var waiter: CheckedContinuation<Bool, Never>?
    }

    private let state = Mutex(State())

    func add() {
        let waiter = state.withLock { state in
            if state.waiter == nil { state.untaken += 1 }
            return state.waiter.take()
        }
        waiter?.resume(returning: true)
    }

    func next() async -> Bool {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let known = state.withLock { state -> Bool? in
                    if Task.isCancelled { return false }
                    guard state.untaken > 0 else {
                        state.waiter = continuation
                        return nil
                    }
                    state.untaken -= 1
                    return true
                }
                if let known { continuation.resume(returning: known) }
            }
        } onCancel: {
            state.withLock { $0.waiter.take() }?.resume(returning: false)
        }
    }
}
