import Kafka
import ServiceLifecycle

/// Closes the producer after its relay has stopped.
struct ProducerService: Service {
    let producer: KafkaProducer

    func run() async throws {
        try? await gracefulShutdown()
        await producer.close(deadline: .seconds(2))
    }
}
