import CRDKafka
import TestKit
import Testing

@testable import Kafka

@Suite struct KafkaConsumerTests {
    @Test func startsBehindTheLastCommit() async throws {
        let broker = try await TestBroker.shared()
        let (group, topic) = ("consumer.commits", "consumer.commits")
        try await withProducer(broker.clients) { try await $0.send(contentsOf: records(topic, 100)) }
        try await withConsumer(broker.clients, group: group, topics: [topic]) { consumer in
            let messages = try await consumer.read(100)
            #expect(messages.compactMap(\.number).sorted() == Array(0..<100))
            try await consumer.commit(messages)
            try await eventually("nothing is left") { consumer.lag.allSatisfy { $0.lag == 0 } }
        }
        try await withProducer(broker.clients) { try await $0.send(contentsOf: records(topic, 5)) }
        // Read but not committed: the next member gets it again.
        for _ in 1...2 {
            try await withConsumer(broker.clients, group: group, topics: [topic]) { consumer in
                let messages = try await consumer.read(5)
                #expect(messages.compactMap(\.number).sorted() == Array(0..<5))
                try await eventually("the lag is seen") { consumer.lag.reduce(0) { $0 + $1.lag } == 5 }
            }
        }
    }

    @Test func aBatchIsNoLargerThanAskedFor() async throws {
        let broker = try await TestBroker.shared()
        let topic = "consumer.maximum"
        try await withProducer(broker.clients) { try await $0.send(contentsOf: records(topic, 100)) }
        try await withConsumer(broker.clients, group: topic, topics: [topic]) { consumer in
            var count = 0
            try await eventually("all messages") {
                let batch = try await consumer.nextBatch(maximum: 7, wait: .milliseconds(100))
                #expect(batch.count <= 7)
                count += batch.count
                return count == 100
            }
        }
    }

    @Test func anotherMemberTakesOver() async throws {
        let broker = try await TestBroker.shared()
        let configuration = broker.clients
        let topic = "consumer.members"
        try await withProducer(configuration) { try await $0.send(contentsOf: records(topic, 10)) }
        let first = try KafkaConsumer(configuration: configuration, group: topic, topics: [topic])
        let batch = try await first.read(10)
        let all = first.assignment
        #expect(!all.isEmpty)
        try await withConsumer(configuration, group: topic, topics: [topic]) { second in
            try await eventually(timeout: .seconds(30), "both have partitions") {
                _ = try await first.nextBatch(maximum: 10, wait: .milliseconds(50))
                _ = try await second.nextBatch(maximum: 10, wait: .milliseconds(50))
                return !first.assignment.isEmpty && !second.assignment.isEmpty
            }
            #expect((first.assignment + second.assignment).sorted() == all)
            // Some of these partitions are the other's now: passed over, not an error.
            try await first.commit(batch)
            // Leaving takes effect at once, not after the session's time.
            await first.close(deadline: .seconds(5))
            try await eventually(timeout: .seconds(30), "the second has all") {
                _ = try await second.nextBatch(maximum: 10, wait: .milliseconds(50))
                return second.assignment == all
            }
        }
    }

    @Test func cancellationEndsTheWaiting() async throws {
        let broker = try await TestBroker.shared()
        let name = "consumer.cancelled"
        try await withConsumer(broker.clients, group: name, topics: [name]) { consumer in
            let task = Task { try await consumer.nextBatch(maximum: 1, wait: .seconds(3600)) }
            task.cancel()
            let messages = try await task.value
            #expect(messages.isEmpty)
        }
    }

    @Test func closingEndsTheWaiting() async throws {
        let broker = try await TestBroker.shared()
        let consumer = try KafkaConsumer(
            configuration: broker.clients, group: "consumer.closed", topics: ["consumer.closed"])
        let task = Task { try await consumer.nextBatch(maximum: 1, wait: .seconds(3600)) }
        await consumer.close(deadline: .seconds(5))
        _ = try? await task.value
        let error = await #expect(throws: KafkaError.self) {
            try await consumer.nextBatch(maximum: 1, wait: .seconds(3600))
        }
        #expect(error?.isFatal == true)
    }

    @Test func aBatchEndsWithTheMessageThatReachesItsSize() async throws {
        let broker = try await TestBroker.shared()
        let topic = "consumer.large"
        let record = KafkaRecord(topic: topic, key: [1], value: [UInt8](repeating: 0, count: 1000))
        try await withProducer(broker.clients) { try await $0.send(contentsOf: Array(repeating: record, count: 20)) }
        try await withConsumer(broker.clients, group: topic, topics: [topic]) { consumer in
            var sizes: [Int] = []
            try await eventually("all have come") {
                sizes.append(try await consumer.nextBatch(maximum: 500, maximumBytes: 1001, wait: .seconds(1)).count)
                return sizes.reduce(0, +) == 20
            }
            #expect(sizes.max() == 2)
        }
    }

    @Test func goesOnWhenTheBrokerComesBack() async throws {
        try await withBroker { broker in
            let topic = "consumer.back"
            try await withProducer(broker.clients) { producer in
                try await producer.send(contentsOf: records(topic, 10))
                try await withConsumer(broker.clients, group: topic, topics: [topic]) { consumer in
                    try await consumer.commit(try await consumer.read(10))
                    try await broker.down()
                    #expect(try await consumer.nextBatch(maximum: 1, wait: .milliseconds(300)).isEmpty)
                    try await broker.up()
                    try await producer.send(contentsOf: records(topic, 10))
                    #expect(try await consumer.read(10).count == 10)
                }
            }
        }
    }

    /// The new cluster has more records than the old one: whoever went on at the old offset would never see the first.
    @Test func readsANewClusterFromItsBeginning() async throws {
        try await withBroker { broker in
            let topic = "consumer.cluster"
            try await withProducer(broker.clients) { producer in
                try await producer.send(contentsOf: records(topic, 40))
                try await withConsumer(broker.clients, group: topic, topics: [topic]) { consumer in
                    let old = try await consumer.read(40)
                    try await broker.replace()
                    try await producer.send(contentsOf: records(topic, 400))
                    // Belongs to a cluster that is gone. Committed to the new one it would hide records.
                    try await consumer.commit(old)
                    var numbers: Set<Int> = []
                    try await eventually(timeout: .seconds(30), "all records of the new cluster") {
                        let batch = try await consumer.nextBatch(maximum: 500, wait: .milliseconds(100))
                        try await consumer.commit(batch)
                        numbers.formUnion(batch.compactMap(\.number))
                        return numbers.count == 400
                    }
                    try await consumer.commit(old)
                    try await eventually("nothing is left") { consumer.lag.allSatisfy { $0.lag == 0 } }
                }
            }
        }
    }

    /// A member that has not noticed the change of the cluster commits the old one's offset, and is gone before it can be
    /// put right.
    @Test func doesNotBelieveACommitOfAnotherCluster() async throws {
        let broker = try await TestBroker.shared()
        let topic = "consumer.disbelief"
        try await withProducer(broker.clients) { try await $0.send(contentsOf: records(topic, 100)) }
        let member = try RDKafkaClient(
            .consumer, configuration: broker.clients, defaults: ["group.id": topic], events: 0)
        let partitions = (0..<4).map { (key: KafkaTopicPartition(topic: topic, partition: $0), value: Int64?(5)) }
        let code = RDKafkaPartitions(partitions, metadata: "another cluster").withPointer {
            rd_kafka_commit(member.handle, $0, 0)
        }
        #expect(code == RD_KAFKA_RESP_ERR_NO_ERROR)
        member.destroy()
        try await withConsumer(broker.clients, group: topic, topics: [topic]) { consumer in
            let messages = try await consumer.read(100)
            #expect(messages.compactMap(\.number).sorted() == Array(0..<100))
        }
    }

    /// The mock broker keeps 5 MiB of a partition.
    @Test func startsWithTheOldestRecordWhenTheCommittedOneIsGone() async throws {
        let broker = try await TestBroker.shared()
        let topic = "consumer.trimmed"
        let large = KafkaRecord(topic: topic, key: [1], value: [UInt8](repeating: 7, count: 900_000))
        try await withProducer(broker.clients) { producer in
            try await producer.send(large)
            try await withConsumer(broker.clients, group: topic, topics: [topic]) { consumer in
                try await consumer.commit(try await consumer.read(1))
            }
            for _ in 1...10 { try await producer.send(large) }
            try await withConsumer(broker.clients, group: topic, topics: [topic]) { consumer in
                let oldest = try #require(try await consumer.read(1).first)
                #expect(oldest.offset > 1)
            }
        }
    }
}
