import Kafka
import TestKit

extension TestBroker {
    /// With a short session: the mock broker ends a rebalance a second before the session's time, not when all members
    /// have answered.
    var clients: KafkaConfiguration {
        var configuration = kafka
        configuration.properties["session.timeout.ms"] = "3000"
        configuration.properties["heartbeat.interval.ms"] = "500"
        return configuration
    }
}

/// Runs `body` with a broker of its own, for tests that break it.
func withBroker<R>(_ body: (TestBroker) async throws -> R) async throws -> R {
    let broker = try await TestBroker.start()
    do {
        let result = try await body(broker)
        await broker.stop()
        return result
    } catch {
        await broker.stop()
        throw error
    }
}

func withProducer<R>(
    _ configuration: KafkaConfiguration, topics: [String] = [], _ body: (KafkaProducer) async throws -> R
) async throws -> R {
    let producer = try KafkaProducer(configuration: configuration, topics: topics)
    do {
        let result = try await body(producer)
        await producer.close(deadline: .seconds(5))
        return result
    } catch {
        await producer.close(deadline: .zero)
        throw error
    }
}

func withConsumer<R>(
    _ configuration: KafkaConfiguration, group: String, topics: [String], _ body: (KafkaConsumer) async throws -> R
) async throws -> R {
    let consumer = try KafkaConsumer(configuration: configuration, group: group, topics: topics)
    do {
        let result = try await body(consumer)
        await consumer.close(deadline: .seconds(5))
        return result
    } catch {
        await consumer.close(deadline: .seconds(1))
        throw error
    }
}

func withReader<R>(
    _ configuration: KafkaConfiguration, topics: [String], from start: KafkaReader.Start,
    _ body: (KafkaReader) async throws -> R
) async throws -> R {
    let reader = try await KafkaReader(configuration: configuration, topics: topics, from: start)
    do {
        let result = try await body(reader)
        await reader.close(deadline: .seconds(5))
        return result
    } catch {
        await reader.close(deadline: .seconds(1))
        throw error
    }
}

/// Something that messages can be pulled from.
protocol MessageSource {
    func nextBatch(maximum: Int, wait: Duration) async throws(KafkaError) -> [KafkaMessage]
}

extension KafkaConsumer: MessageSource {
    func nextBatch(maximum: Int, wait: Duration) async throws(KafkaError) -> [KafkaMessage] {
        try await nextBatch(maximum: maximum, maximumBytes: .max, wait: wait)
    }
}
extension KafkaReader: MessageSource {}

extension MessageSource {
    /// Pulls until `count` messages have come.
    func read(_ count: Int, timeout: Duration = .seconds(30)) async throws -> [KafkaMessage] {
        var messages: [KafkaMessage] = []
        try await eventually(timeout: timeout, "\(count) messages") {
            messages += try await nextBatch(maximum: 500, wait: .milliseconds(100))
            return messages.count >= count
        }
        return messages
    }
}

/// `count` records, numbered in their values, taking turns among `keys` keys.
func records(_ topic: String, _ count: Int, keys: Int = 7) -> [KafkaRecord] {
    (0..<count).map { number in
        KafkaRecord(topic: topic, key: Array("key \(number % keys)".utf8), value: Array("\(number)".utf8))
    }
}

extension KafkaMessage {
    /// The number that ``records(_:_:keys:)`` gave it.
    var number: Int? { value.flatMap { Int(String(decoding: $0, as: UTF8.self)) } }
}
