import Metrics
import Synchronization

/// One time series: it takes what is recorded and renders its samples.
protocol PrometheusInstrument: AnyObject, Sendable {
    func render(_ name: String, _ labels: String, into text: inout PrometheusText)
}

/// A sum that only grows.
final class PrometheusCounter: PrometheusInstrument, CounterHandler, FloatingPointCounterHandler {
    private let value = Mutex(0.0)

    func increment(by amount: Int64) { increment(by: Double(amount)) }

    func increment(by amount: Double) {
        // A counter that falls would read as a restart.
        guard amount > 0 else { return }
        value.withLock { $0 += amount }
    }

    func reset() { value.withLock { $0 = 0 } }

    func render(_ name: String, _ labels: String, into text: inout PrometheusText) {
        text.sample(name, labels, value.withLock { $0 })
    }
}

/// A value that rises and falls.
final class PrometheusGauge: PrometheusInstrument, RecorderHandler, MeterHandler {
    private let value = Mutex(0.0)

    func record(_ value: Int64) { set(Double(value)) }
    func record(_ value: Double) { set(value) }
    func set(_ value: Int64) { set(Double(value)) }
    func set(_ newValue: Double) { value.withLock { $0 = newValue } }
    func increment(by amount: Double) { value.withLock { $0 += amount } }
    func decrement(by amount: Double) { value.withLock { $0 -= amount } }

    func render(_ name: String, _ labels: String, into text: inout PrometheusText) {
        text.sample(name, labels, value.withLock { $0 })
    }
}

/// Counts observations in buckets. Timers record seconds.
final class PrometheusHistogram: PrometheusInstrument, RecorderHandler, TimerHandler {
    private struct State {
        /// One count for each bound and one for everything above, not yet cumulative.
        var counts: [UInt64]
        var sum = 0.0
    }

    private let bounds: [Double]
    private let state: Mutex<State>

    init(bounds: [Double]) {
        self.bounds = bounds
        state = Mutex(State(counts: Array(repeating: 0, count: bounds.count + 1)))
    }

    func record(_ value: Int64) { record(Double(value)) }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }

    func record(_ value: Double) {
        guard value.isFinite else { return }
        let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
        state.withLock {
            $0.counts[bucket] += 1
            $0.sum += value
        }
    }

    func render(_ name: String, _ labels: String, into text: inout PrometheusText) {
        let (counts, sum) = state.withLock { ($0.counts, $0.sum) }
        var total: UInt64 = 0
        for (count, bound) in zip(counts, bounds + [.infinity]) {
            total += count
            text.sample("\(name)_bucket", labels, le: PrometheusText.number(bound), Double(total))
        }
        text.sample("\(name)_sum", labels, sum)
        text.sample("\(name)_count", labels, Double(total))
    }
}
