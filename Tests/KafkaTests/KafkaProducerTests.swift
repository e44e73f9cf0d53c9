import Kafka
import TestKit
import Testing

@Suite struct KafkaProducerTests {
    @Test func deliversEverythingARecordCarries() async throws {
        let broker = try await TestBroker.shared()
        let record = KafkaRecord(
            topic: "producer.carries", key: Array("key".utf8), value: [0, 255, 10],
            headers: [
                KafkaHeader(name: "ce_id", text: "Å"), KafkaHeader(name: "twice", value: [1]),
                KafkaHeader(name: "twice", value: []),
            ], timestamp: 1_700_000_000_123)
        let delivery = try await withProducer(broker.clients) { try await $0.send(record) }
        #expect(delivery.topic == record.topic)
        #expect(delivery.offset == 0)
        try await withReader(broker.clients, topics: [record.topic], from: .beginning) { reader in
            let message = try #require(try await reader.read(1).first)
            #expect(message.key == record.key)
            #expect(message.value == record.value)
            #expect(message.headers == record.headers)
            #expect(message.timestamp == record.timestamp)
            #expect(message.partition == delivery.partition)
            #expect(message.offset == delivery.offset)
            #expect(message.header("ce_id") == Array("Å".utf8))
        }
    }

    @Test func tellsNothingFromEmpty() async throws {
        let broker = try await TestBroker.shared()
        try await withProducer(broker.clients) { producer in
            try await producer.send(KafkaRecord(topic: "producer.empty", key: [], value: []))
            try await producer.send(KafkaRecord(topic: "producer.nothing", key: nil, value: nil))
        }
        try await withReader(broker.clients, topics: ["producer.empty"], from: .beginning) { reader in
            let message = try #require(try await reader.read(1).first)
            #expect(message.key == [])
            #expect(message.value == [])
        }
        try await withReader(broker.clients, topics: ["producer.nothing"], from: .beginning) { reader in
            let message = try #require(try await reader.read(1).first)
            #expect(message.key == nil)
            #expect(message.value == nil)
        }
    }

    @Test func keepsTheOrderOfEachKey() async throws {
        let broker = try await TestBroker.shared()
        let sent = records("producer.order", 5000, keys: 50)
        try await withProducer(broker.clients) { producer in
            try await producer.send(contentsOf: sent)
            #expect(producer.statistics.delivered == 5000)
            #expect(producer.statistics.outstanding == 0)
        }
        try await withReader(broker.clients, topics: ["producer.order"], from: .beginning) { reader in
            let byKey = Dictionary(grouping: try await reader.read(5000)) { $0.key }
            #expect(byKey.count == 50)
            for messages in byKey.values {
                let numbers = messages.compactMap(\.number)
                #expect(numbers == numbers.sorted())
                #expect(Set(messages.map(\.partition)).count == 1)
            }
        }
    }

    @Test func waitsForRoomWhenMoreIsSentThanTheQueueHolds() async throws {
        let broker = try await TestBroker.shared()
        var configuration = broker.clients
        configuration.properties["queue.buffering.max.messages"] = "10"
        try await withProducer(configuration) { producer in
            async let other: Void = producer.send(contentsOf: records("producer.room", 100))
            try await producer.send(contentsOf: records("producer.room", 100))
            try await other
            #expect(producer.statistics.delivered == 200)
        }
    }

    @Test func goesOnWhenTheBrokerComesBack() async throws {
        try await withBroker { broker in
            try await withProducer(broker.clients) { producer in
                try await producer.send(contentsOf: records("producer.back", 1))
                try await broker.down()
                async let sent: Void = producer.send(contentsOf: records("producer.back", 100))
                try await eventually("the records wait") { producer.statistics.outstanding == 100 }
                try await broker.up()
                try await sent
            }
            try await withReader(broker.clients, topics: ["producer.back"], from: .beginning) { reader in
                let messages = try await reader.read(101)
                #expect(messages.count == 101)
            }
        }
    }

    /// NOT_LEADER_FOR_PARTITION and REQUEST_TIMED_OUT (https://kafka.apache.org/protocol.html#protocol_error_codes).
    @Test(arguments: [6, 7]) func retriesWhatTheBrokerCallsRetriable(code: Int) async throws {
        try await withBroker { broker in
            try await withProducer(broker.clients) { producer in
                try await producer.send(contentsOf: records("producer.retries", 1))
                try await broker.errors(api: "produce", code: code, count: 2)
                try await producer.send(contentsOf: records("producer.retries", 50))
                #expect(producer.statistics.rebuilds == 0)
            }
        }
    }

    /// OUT_OF_ORDER_SEQUENCE_NUMBER and INVALID_PRODUCER_ID_MAPPING: what a broker says that has lost the producer's state.
    @Test(arguments: [45, 49]) func replacesTheClientAfterAFatalError(code: Int) async throws {
        try await withBroker { broker in
            try await withProducer(broker.clients) { producer in
                try await producer.send(contentsOf: records("producer.fatal", 10))
                try await broker.errors(api: "produce", code: code, count: 1)
                let error = await #expect(throws: KafkaError.self) {
                    try await producer.send(contentsOf: records("producer.fatal", 10))
                }
                #expect(error?.isRetriable == true)
                #expect(error?.isFatal == false)
                try await producer.send(contentsOf: records("producer.fatal", 10))
                #expect(producer.statistics.rebuilds == 1)
                #expect(producer.statistics.delivered == 20)
            }
        }
    }

    @Test func lessThanEverythingIsSentBehindARefusedRecord() async throws {
        let broker = try await TestBroker.shared()
        let topic = "producer.refused"
        try await withProducer(broker.clients) { producer in
            var batch = records(topic, 10)
            batch[4].value = [UInt8](repeating: 0, count: 2_000_000)
            let error = await #expect(throws: KafkaError.self) { try await producer.send(contentsOf: batch) }
            #expect(error?.name == "MSG_SIZE_TOO_LARGE")
            #expect(error?.isRetriable == false)
            #expect(producer.statistics.delivered == 4)
            // The producer is as good as before.
            try await producer.send(contentsOf: records(topic, 1))
        }
    }

    @Test func cancellationEndsTheWaiting() async throws {
        try await withBroker { broker in
            try await withProducer(broker.clients) { producer in
                try await producer.send(contentsOf: records("producer.cancelled", 1))
                try await broker.down()
                let task = Task { try await producer.send(contentsOf: records("producer.cancelled", 5)) }
                try await eventually("the records wait") { producer.statistics.outstanding == 5 }
                task.cancel()
                let error = await #expect(throws: KafkaError.self) { try await task.value }
                #expect(error?.name == "_INTR")
                try await broker.up()
            }
        }
    }

    @Test func closingFailsWhatCannotBeDelivered() async throws {
        try await withBroker { broker in
            let producer = try KafkaProducer(configuration: broker.clients)
            try await producer.send(contentsOf: records("producer.closed", 1))
            try await broker.down()
            let task = Task { try await producer.send(contentsOf: records("producer.closed", 5)) }
            try await eventually("the records wait") { producer.statistics.outstanding == 5 }
            await producer.close(deadline: .milliseconds(50))
            await #expect(throws: KafkaError.self) { try await task.value }
            let error = await #expect(throws: KafkaError.self) {
                try await producer.send(contentsOf: records("producer.closed", 1))
            }
            #expect(error?.isFatal == true)
            await producer.close(deadline: .milliseconds(50))
        }
    }

    @Test func closingDeliversWhatIsUnderWay() async throws {
        let broker = try await TestBroker.shared()
        let producer = try KafkaProducer(configuration: broker.clients)
        let task = Task { try await producer.send(contentsOf: records("producer.flushed", 2000)) }
        try await eventually("the records are under way") {
            producer.statistics.outstanding + producer.statistics.delivered > 0
        }
        await producer.close(deadline: .seconds(10))
        try await task.value
    }

    @Test func anIdleProducerNoticesAnotherCluster() async throws {
        try await withBroker { broker in
            try await withProducer(broker.clients) { producer in
                let before = try await producer.clusterID(timeout: .seconds(10))
                try await producer.send(contentsOf: records("producer.cluster", 10))
                try await broker.replace()
                try await eventually("the id is another one") {
                    try await producer.clusterID(timeout: .seconds(1)) != before
                }
                let delivery = try await producer.send(KafkaRecord(topic: "producer.cluster", value: [1]))
                #expect(delivery.offset == 0)
            }
        }
    }

    @Test func sendingGoesOnAcrossTheLossOfTheCluster() async throws {
        try await withBroker { broker in
            try await withProducer(broker.clients) { producer in
                let topic = "producer.loss"
                try await producer.send(contentsOf: records(topic, 10))
                let sending = Task {
                    var rounds = 0
                    while !Task.isCancelled {
                        do throws(KafkaError) {
                            try await producer.send(contentsOf: records(topic, 100))
                            rounds += 1
                        } catch {
                            // What is lost halfway may fail, but never for good.
                            guard error.isRetriable else { throw error }
                        }
                    }
                    return rounds
                }
                try await eventually("sending is under way") { producer.statistics.delivered > 500 }
                try await broker.replace()
                let before = producer.statistics.delivered
                try await eventually("sending goes on") { producer.statistics.delivered > before + 1000 }
                sending.cancel()
                let rounds = try await sending.value
                #expect(rounds > 10)
            }
        }
    }

    @Test func anUnreachableBrokerIsSaidSo() async throws {
        let configuration = KafkaConfiguration(brokers: "127.0.0.1:1")
        try await withProducer(configuration) { producer in
            let error = await #expect(throws: KafkaError.self) {
                _ = try await producer.clusterID(timeout: .milliseconds(50))
            }
            #expect(error?.isRetriable == true)
            await producer.close(deadline: .zero)
        }
    }

    @Test func aWrongPropertyStopsTheStart() throws {
        let configuration = KafkaConfiguration(brokers: "127.0.0.1:1", properties: ["no.such": "thing"])
        let error = #expect(throws: KafkaError.self) { _ = try KafkaProducer(configuration: configuration) }
        #expect(error?.message.contains("no.such") == true)
        #expect(error?.isFatal == true)
    }
}
