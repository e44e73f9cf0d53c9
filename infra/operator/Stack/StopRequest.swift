import Dispatch
import Foundation

/// The ways in which someone asks a foreground process to stop: Ctrl-C, SIGTERM, a closed terminal or standard input.
final class StopRequest: Sendable {
    private let requests: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation
    /// Only kept alive; nobody touches them again.
    private nonisolated(unsafe) let sources: [any DispatchSourceSignal]

    /// - Parameter stdin: whether the end of standard input is a request too; then the caller's end is this one's end.
    init(stdin: Bool) {
        let (requests, continuation) = AsyncStream.makeStream(of: Void.self)
        self.requests = requests
        self.continuation = continuation
        sources = [SIGINT, SIGTERM, SIGHUP].map { number -> any DispatchSourceSignal in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { continuation.yield() }
            source.resume()
            return source
        }
        if stdin {
            Thread.detachNewThread {
                var buffer = [UInt8](repeating: 0, count: 1024)
                while read(STDIN_FILENO, &buffer, buffer.count) > 0 {}
                continuation.yield()
            }
        }
    }

    /// Waits for the next request, or until the task is cancelled.
    func next() async {
        for await _ in requests { return }
    }
}
