import Testing

@testable import ServiceKit

@Suite struct ProcessMetricsTests {
    @Test func theProcessIsMeasured() throws {
        let samples = Dictionary(uniqueKeysWithValues: ProcessMetrics.samples().map { ($0.name, $0.value) })
        #expect(try #require(samples["process_resident_memory_bytes"]) > 1_000_000)
        #expect(try #require(samples["process_open_fds"]) >= 3)
        #expect(try #require(samples["process_threads"]) >= 1)
        #expect(try #require(samples["process_cpu_seconds_total"]) > 0)
        #expect(try #require(samples["process_start_time_seconds"]) > 1_700_000_000)
    }
}
