import Kafka
import Postgres

/// What the connection pool and the producer are doing, read when somebody asks.
enum PoolMetrics {
    static func samples(of pool: PostgresPoolStatistics, maximum: Int) -> [MetricSample] {
        let connections = "caravan_database_connections"
        let help = "Connections to Postgres by state."
        return [
            MetricSample(connections, .gauge, help, labels: [("state", "idle")], pool.idle),
            MetricSample(connections, .gauge, help, labels: [("state", "leased")], pool.leased),
            MetricSample(connections, .gauge, help, labels: [("state", "connecting")], pool.connecting),
            MetricSample(
                "caravan_database_connections_maximum", .gauge, "Most connections that the pool opens.", maximum),
            MetricSample("caravan_database_waiting", .gauge, "Tasks that wait for a connection.", pool.waiting),
            MetricSample(
                "caravan_database_gathering", .gauge, "Transactions that wait to be committed with others.",
                pool.gathering),
            MetricSample(
                "caravan_database_connections_opened_total", .counter, "Connections opened since the start.",
                pool.connectionsOpened),
            MetricSample(
                "caravan_database_connect_failures_total", .counter, "Attempts to connect that failed.",
                pool.connectFailures),
            MetricSample(
                "caravan_database_lease_timeouts_total", .counter, "Tasks that got no connection in time.",
                pool.leaseTimeouts),
        ]
    }

    static func samples(of producer: KafkaStatistics) -> [MetricSample] {
        [
            MetricSample(
                "caravan_producer_outstanding", .gauge, "Records that the broker has not acknowledged yet.",
                producer.outstanding),
            MetricSample(
                "caravan_producer_failed_total", .counter, "Records that the broker refused.", producer.failed),
            MetricSample(
                "caravan_producer_rebuilds_total", .counter, "Producers replaced after a fatal error.",
                producer.rebuilds),
        ]
    }
}
