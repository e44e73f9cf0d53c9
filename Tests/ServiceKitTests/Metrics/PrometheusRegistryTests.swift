import Metrics
import Testing

@testable import ServiceKit

@Suite struct PrometheusRegistryTests {
    private let registry = PrometheusRegistry(maximumSeries: 3)

    private var text: String { String(decoding: registry.render(), as: UTF8.self) }

    @Test func countersOnlyGrow() {
        let counter = Counter(label: "orders_total", dimensions: [("status", "ok")], factory: registry)
        counter.increment()
        counter.increment(by: 41)
        counter.increment(by: -5)
        #expect(text == "# TYPE orders_total counter\norders_total{status=\"ok\"} 42\n")
    }

    @Test func theSameLabelsAreTheSameSeries() {
        Counter(label: "c", dimensions: [("a", "1")], factory: registry).increment()
        Counter(label: "c", dimensions: [("a", "1")], factory: registry).increment()
        FloatingPointCounter(label: "c", dimensions: [("a", "1")], factory: registry).increment(by: 0.5)
        #expect(text == "# TYPE c counter\nc{a=\"1\"} 2.5\n")
    }

    @Test func gaugesRiseAndFall() {
        let gauge = Gauge(label: "depth", factory: registry)
        gauge.record(7)
        gauge.record(2.25)
        let meter = Meter(label: "open", factory: registry)
        meter.set(5)
        meter.increment(by: 2)
        meter.decrement(by: 4)
        #expect(text == "# TYPE depth gauge\ndepth 2.25\n# TYPE open gauge\nopen 3\n")
    }

    @Test func timersAreHistogramsInSeconds() {
        let timer = Timer(label: "request_duration", dimensions: [("route", "/x")], factory: registry)
        timer.recordNanoseconds(500_000)
        timer.recordMilliseconds(3)
        timer.recordSeconds(100)
        let lines = text.split(separator: "\n")
        #expect(lines.first == "# TYPE request_duration_seconds histogram")
        #expect(lines.count == PrometheusRegistry.latencyBounds.count + 4)
        #expect(lines.contains("request_duration_seconds_bucket{route=\"/x\",le=\"0.0005\"} 1"))
        #expect(lines.contains("request_duration_seconds_bucket{route=\"/x\",le=\"0.0025\"} 1"))
        #expect(lines.contains("request_duration_seconds_bucket{route=\"/x\",le=\"0.005\"} 2"))
        #expect(lines.contains("request_duration_seconds_bucket{route=\"/x\",le=\"10\"} 2"))
        #expect(lines.contains("request_duration_seconds_bucket{route=\"/x\",le=\"+Inf\"} 3"))
        #expect(lines.contains("request_duration_seconds_sum{route=\"/x\"} 100.0035"))
        #expect(lines.last == "request_duration_seconds_count{route=\"/x\"} 3")
    }

    @Test func recordersCountSizes() {
        let recorder = Recorder(label: "batch", factory: registry)
        recorder.record(1)
        recorder.record(500)
        recorder.record(Double.nan)
        #expect(text.contains("batch_bucket{le=\"1\"} 1\n"))
        #expect(text.contains("batch_bucket{le=\"500\"} 2\n"))
        #expect(text.contains("batch_sum 501\nbatch_count 2\n"))
    }

    @Test func labelsAndHelpAreEscaped() {
        registry.describe("c", "Two\nlines, a \\ and a \"quote\".")
        Counter(label: "c", dimensions: [("path", "a\"b\\c\nd é")], factory: registry).increment()
        #expect(
            text == """
                # HELP c Two\\nlines, a \\\\ and a "quote".
                # TYPE c counter
                c{path="a\\"b\\\\c\\nd é"} 1

                """)
    }

    @Test func namesBecomeLegal() {
        #expect(PrometheusText.name("hb.requests-in flight") == "hb_requests_in_flight")
        #expect(PrometheusText.name("0day") == "_0day")
        #expect(PrometheusText.name("ns:metric") == "ns:metric")
        #expect(PrometheusText.name("ns:label", isLabel: true) == "ns_label")
        #expect(PrometheusText.name("") == "_")
    }

    @Test func numbersReadBackTheSame() {
        #expect(PrometheusText.number(3) == "3")
        #expect(PrometheusText.number(0.1) == "0.1")
        #expect(PrometheusText.number(.infinity) == "+Inf")
        #expect(PrometheusText.number(-.infinity) == "-Inf")
        #expect(PrometheusText.number(.nan) == "NaN")
        #expect(Double(PrometheusText.number(1e300)) == 1e300)
    }

    @Test func seriesAreBoundedAndTotalsStayTrue() {
        for index in 0..<100 {
            Counter(label: "c", dimensions: [("id", "\(index)")], factory: registry).increment()
        }
        #expect(
            text == """
                # TYPE c counter
                c{id="0"} 1
                c{id="1"} 1
                c{id="2"} 1
                c{id="other"} 97

                """)
    }

    @Test func aNameKeepsItsKind() {
        Counter(label: "x", factory: registry).increment()
        Gauge(label: "x", factory: registry).record(9)
        Gauge(label: "x", dimensions: [("a", "b")], factory: registry).record(9)
        #expect(text == "# TYPE x counter\nx 1\n")
    }

    @Test func aDestroyedSeriesIsGone() {
        let counter = Counter(label: "c", dimensions: [("a", "1")], factory: registry)
        counter.increment()
        Counter(label: "c", dimensions: [("a", "2")], factory: registry).increment()
        counter.destroy()
        #expect(text == "# TYPE c counter\nc{a=\"2\"} 1\n")
    }

    @Test func collectorsAreReadAtEachScrape() {
        registry.collect {
            [MetricSample("b", .gauge, "Now.", labels: [("s", "1")], 5), MetricSample("b", .gauge, "", 6)]
        }
        Counter(label: "a", factory: registry).increment()
        Counter(label: "c", factory: registry).increment()
        #expect(
            text == """
                # TYPE a counter
                a 1
                # HELP b Now.
                # TYPE b gauge
                b{s="1"} 5
                b 6
                # TYPE c counter
                c 1

                """)
    }

    @Test func concurrentIncrementsAreAllCounted() async {
        await withTaskGroup { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<1000 { Counter(label: "c", factory: registry).increment() }
                }
            }
        }
        #expect(text == "# TYPE c counter\nc 8000\n")
    }
}
