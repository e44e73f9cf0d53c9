import Glibc
import Synchronization

/// Where log lines go. A line is written whole: lines of several threads never mix.
public struct LogOutput: Sendable {
    private let writer: @Sendable ([UInt8]) -> Void

    /// Hands every line, newline included, to a closure: for tests.
    public init(_ writer: @escaping @Sendable ([UInt8]) -> Void) {
        self.writer = writer
    }

    func write(_ line: [UInt8]) { writer(line) }

    /// The process's standard error, unbuffered.
    public static let standardError = LogOutput { line in
        lock.withLock { _ in
            var rest = line[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
                if count > 0 {
                    rest = rest.dropFirst(count)
                } else if errno != EINTR {
                    // Nobody reads standard error any more. There is no better place to complain.
                    return
                }
            }
        }
    }

    private static let lock = Mutex(())
}
