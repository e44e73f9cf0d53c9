import Metrics
import Testing

@testable import Kafka
@testable import Messaging
@testable import ServiceKit

@Suite struct ConsumptionMetricsTests {
    /// Else both the partition's old member and its new one report it, and the old one its last figure for ever.
    @Test func lagOfAPartitionThatHasGoneIsReportedNoMore() throws {
        let registry = PrometheusRegistry()
        withMetricsFactory(registry) {
            let metrics = ConsumptionMetrics()
            let partitions = [0, 1].map { KafkaTopicPartition(topic: "orders", partition: $0) }
            let lag = [0, 1].map { KafkaPartitionLag(topic: "orders", partition: $0, lag: 7) }
            metrics.record(assignment: partitions, lag: lag)
            let both = String(decoding: registry.render(), as: UTF8.self)
            #expect(both.contains("partition=\"0\""))
            #expect(both.contains("caravan_consumer_assigned_partitions 2\n"))

            metrics.record(assignment: [partitions[1]], lag: [lag[1]])
            let one = String(decoding: registry.render(), as: UTF8.self)
            #expect(!one.contains("partition=\"0\""))
            #expect(one.contains("partition=\"1\""))
            #expect(one.contains("caravan_consumer_assigned_partitions 1\n"))
        }
    }
}
