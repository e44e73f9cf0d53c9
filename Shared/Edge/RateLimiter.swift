public import Schema
import Synchronization

/// Counts the requests of each key in windows of one minute, in this process.
///
/// Several replicas count apart, so a key may get its limit from each of them; the documents promise no exact figure.
public final class RateLimiter: Sendable {
    /// Where a key stands after a request.
    public struct Verdict: Equatable, Sendable {
        /// Whether the request may pass.
        public let isAllowed: Bool
        /// Requests per window.
        public let limit: Int
        /// Requests left in this window.
        public let remaining: Int
        /// Milliseconds until the window ends.
        public let reset: Int64
    }

    private struct Window {
        var start: Int64
        var count: Int
    }

    private static let length: Int64 = 60_000_000
    private let capacity: Int
    private let windows = Mutex<[String: Window]>([:])

    /// - Parameter capacity: how many keys are counted before windows that are over are forgotten.
    public init(capacity: Int = 16_384) {
        self.capacity = capacity
    }

    /// Counts one request of a key that may send `limit` a minute.
    public func take(_ keyID: String, limit: Int, now: Timestamp) -> Verdict {
        let now = now.microseconds
        let (isAllowed, window) = windows.withLock { windows in
            if windows.count >= capacity, windows[keyID] == nil {
                windows = windows.filter { now - $0.value.start < Self.length }
            }
            var window = windows[keyID] ?? Window(start: now, count: 0)
            // A clock that was set back also begins a new window.
            if now - window.start >= Self.length || now < window.start { window = Window(start: now, count: 0) }
            let isAllowed = window.count < limit
            if isAllowed { window.count += 1 }
            windows[keyID] = window
            return (isAllowed, window)
        }
        return Verdict(
            isAllowed: isAllowed, limit: limit, remaining: max(0, limit - window.count),
            reset: (window.start + Self.length - now + 999) / 1_000)
    }
}
