import Kafka
import TestKit
import Testing

@Suite struct KafkaReaderTests {
    @Test func startsAtTheEnd() async throws {
        let broker = try await TestBroker.shared()
        let topic = "reader.end"
        try await withProducer(broker.clients) { producer in
            try await producer.send(contentsOf: records(topic, 10))
            try await withReader(broker.clients, topics: [topic], from: .end) { reader in
                try await producer.send(KafkaRecord(topic: topic, value: Array("99".utf8)))
                #expect(try await reader.read(1).map(\.number) == [99])
            }
        }
    }

    @Test func goesOnWithANewCluster() async throws {
        try await withBroker { broker in
            let topic = "reader.cluster"
            try await withProducer(broker.clients) { producer in
                try await producer.send(contentsOf: records(topic, 10))
                try await withReader(broker.clients, topics: [topic], from: .end) { reader in
                    #expect(try await reader.nextBatch(maximum: 1, wait: .milliseconds(50)).isEmpty)
                    try await broker.replace()
                    try await producer.send(contentsOf: records(topic, 20))
                    #expect(try await reader.read(20).compactMap(\.number).sorted() == Array(0..<20))
                }
            }
        }
    }

    @Test func aMissingTopicIsSaidSo() async throws {
        let broker = try await TestBroker.shared()
        let error = await #expect(throws: KafkaError.self) {
            _ = try await KafkaReader(configuration: broker.clients, topics: ["reader.missing"], from: .end)
        }
        #expect(error?.message.contains("reader.missing") == true)
    }
}
