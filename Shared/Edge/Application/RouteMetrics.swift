import Metrics
import Synchronization

/// The metrics of one route. Handles are made once, because making one looks up a registry.
final class RouteMetrics: Sendable {
    private let route: String
    private let timer: Timer
    private let counters = Mutex<[Int: Counter]>([:])

    init(route: String) {
        self.route = route
        timer = Timer(label: EdgeMetric.duration, dimensions: [("route", route)])
    }

    func record(status: Int, duration: Duration) {
        let counter = counters.withLock { counters in
            if let counter = counters[status] { return counter }
            let dimensions = [("route", route), ("status", String(status))]
            let counter = Counter(label: EdgeMetric.requests, dimensions: dimensions)
            counters[status] = counter
            return counter
        }
        counter.increment()
        let (seconds, attoseconds) = duration.components
        timer.recordNanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }
}
