import Kafka
import Postgres
import ServiceLifecycle

/// Holds the pool open until everything that uses it has stopped: it stands first in the group, which stops from the
/// last to the first.
struct DatabaseService: Service {
    let database: PostgresDatabase

    func run() async throws {
        try? await gracefulShutdown()
        await database.shutdown()
    }
}

/// Closes the producer after its relay has stopped.
struct ProducerService: Service {
    let producer: KafkaProducer

    func run() async throws {
        try? await gracefulShutdown()
        await producer.close(deadline: .seconds(2))
    }
}
