public import Metrics
import Synchronization

/// Keeps the process's metrics and renders them for Prometheus: the backend of swift-metrics.
///
/// Asking twice for the same name and labels gives the same series. A name has one kind, the first asked for; a later
/// request for another kind gets an instrument that nobody sees. Series of a name are bounded: further label values
/// share the one series whose values read `other`, so that totals stay true and memory stays small.
public final class PrometheusRegistry: MetricsFactory, Sendable {
    /// The content type of ``render()``.
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"
    /// Upper bounds for durations in seconds: from a fast write to a time-out.
    public static let latencyBounds = [
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
    ]
    /// Upper bounds for counts, such as the size of a batch.
    public static let sizeBounds: [Double] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000]

    private enum Kind: String { case counter, gauge, histogram }

    private struct Family {
        let kind: Kind
        var series: [String: any PrometheusInstrument] = [:]
    }

    private struct State {
        var families: [String: Family] = [:]
        var helps: [String: String] = [:]
        var collectors: [@Sendable () -> [MetricSample]] = []
    }

    private let maximumSeries: Int
    private let state = Mutex(State())

    /// Creates an empty registry.
    ///
    /// - Parameter maximumSeries: Most label combinations of one name.
    public init(maximumSeries: Int = 500) {
        self.maximumSeries = maximumSeries
    }

    /// Sets the `# HELP` sentence of a metric.
    public func describe(_ name: String, _ help: String) {
        state.withLock { $0.helps[name] = help }
    }

    /// Adds values that are read at each ``render()``. The closure must not block.
    public func collect(_ collector: @escaping @Sendable () -> [MetricSample]) {
        state.withLock { $0.collectors.append(collector) }
    }

    /// All metrics in the text exposition format 0.0.4, sorted by name.
    public func render() -> [UInt8] {
        let (families, helps, collectors) = state.withLock { ($0.families, $0.helps, $0.collectors) }
        var text = PrometheusText()
        let samples = Dictionary(grouping: collectors.flatMap { $0() }, by: \.name)
        for name in Set(families.keys).union(samples.keys).sorted() {
            if let family = families[name] {
                text.family(name, type: family.kind.rawValue, help: helps[name])
                for (labels, instrument) in family.series.sorted(by: { $0.key < $1.key }) {
                    instrument.render(name, labels, into: &text)
                }
            } else if let samples = samples[name], let first = samples.first {
                text.family(name, type: first.kind.rawValue, help: first.help)
                for sample in samples { text.sample(name, PrometheusText.labels(sample.labels), sample.value) }
            }
        }
        return text.bytes
    }

    // MARK: MetricsFactory

    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        instrument(label, dimensions, .counter) { PrometheusCounter() }
    }

    public func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        instrument(label, dimensions, .counter) { PrometheusCounter() }
    }

    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        instrument(label, dimensions, .gauge) { PrometheusGauge() }
    }

    public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        guard aggregate else { return instrument(label, dimensions, .gauge) { PrometheusGauge() } }
        return instrument(label, dimensions, .histogram) { PrometheusHistogram(bounds: Self.sizeBounds) }
    }

    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        // Prometheus counts time in seconds and wants the unit in the name.
        let label = label.hasSuffix("_seconds") ? label : label + "_seconds"
        return instrument(label, dimensions, .histogram) { PrometheusHistogram(bounds: Self.latencyBounds) }
    }

    public func destroyCounter(_ handler: any CounterHandler) { remove(handler) }
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) { remove(handler) }
    public func destroyMeter(_ handler: any MeterHandler) { remove(handler) }
    public func destroyRecorder(_ handler: any RecorderHandler) { remove(handler) }
    public func destroyTimer(_ handler: any TimerHandler) { remove(handler) }

    private func instrument<Instrument: PrometheusInstrument>(
        _ label: String, _ dimensions: [(String, String)], _ kind: Kind, _ make: () -> Instrument
    ) -> Instrument {
        let name = PrometheusText.name(label)
        let labels = PrometheusText.labels(dimensions)
        return state.withLock { state in
            var key = labels
            if let family = state.families[name] {
                if let known = family.series[key] { return known as? Instrument ?? make() }
                guard family.kind == kind else { return make() }
                if family.series.count >= maximumSeries {
                    key = PrometheusText.labels(dimensions.map { ($0.0, "other") })
                    if let other = family.series[key] as? Instrument { return other }
                }
            }
            let instrument = make()
            state.families[name, default: Family(kind: kind)].series[key] = instrument
            return instrument
        }
    }

    private func remove(_ handler: AnyObject) {
        state.withLock { state in
            for (name, family) in state.families {
                guard let key = family.series.first(where: { $0.value === handler })?.key else { continue }
                state.families[name]?.series[key] = nil
                if state.families[name]?.series.isEmpty == true { state.families[name] = nil }
                return
            }
        }
    }
}
