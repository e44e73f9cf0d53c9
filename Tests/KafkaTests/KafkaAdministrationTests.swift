import Kafka
import TestKit
import Testing

@Suite struct KafkaAdministrationTests {
    @Test func listsTopicsWithTheirOffsets() async throws {
        let broker = try await TestBroker.shared()
        let topic = "administration.lists"
        try await withProducer(broker.clients) { try await $0.send(contentsOf: records(topic, 12)) }
        let topics = try await KafkaAdministration.topics(configuration: broker.clients)
        #expect(topics.map(\.name) == topics.map(\.name).sorted())
        let description = try #require(topics.first { $0.name == topic })
        #expect(description.records == 12)
        #expect(description.partitions.map(\.partition) == Array(0..<Int32(description.partitions.count)))
    }

    @Test func creatingTopicsThatExistChangesNothing() async throws {
        let broker = try await TestBroker.shared()
        let topic = "administration.exists"
        try await withProducer(broker.clients) { try await $0.send(contentsOf: records(topic, 1)) }
        try await KafkaAdministration.createTopics([newTopic(topic)], configuration: broker.clients)
    }

    @Test func aBrokerThatCreatesNoTopicsIsSaidSo() async throws {
        let broker = try await TestBroker.shared()
        await #expect(throws: KafkaError.self) {
            try await KafkaAdministration.createTopics(
                [newTopic("administration.refused")], configuration: broker.clients, timeout: .milliseconds(200))
        }
    }

    @Test func theClusterHasTheIdThatTheProducerSees() async throws {
        let broker = try await TestBroker.shared()
        let seen = try await withProducer(broker.clients) { try await $0.clusterID(timeout: .seconds(10)) }
        #expect(try await KafkaAdministration.clusterID(configuration: broker.clients) == seen)
    }

    private func newTopic(_ name: String) -> KafkaNewTopic {
        KafkaNewTopic(name: name, partitions: 3, replication: 1, retention: .seconds(3600))
    }
}
