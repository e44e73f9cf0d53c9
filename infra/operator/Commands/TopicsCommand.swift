import ArgumentParser
import Foundation
import Kafka
import LocalStack
import Schema

struct TopicsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "topics", abstract: "Lists the topics, what they hold and what for, or creates them.")

    @OptionGroup var bus: BusOptions

    @Flag(help: "Create the topics that are missing; for a real Kafka cluster, devbroker makes its own.")
    var create = false

    @Option(help: "Partitions of a new topic.")
    var partitions = Topic.defaultPartitions

    @Option(help: "Replicas of a new topic's partitions.")
    var replication = 1

    func run() async throws {
        let kafka = try bus.kafka()
        if create {
            try await KafkaAdministration.createTopics(
                Topic.all.map { topic in
                    KafkaNewTopic(
                        name: topic.name, partitions: partitions, replication: replication, retention: topic.retention)
                }, configuration: kafka)
        }
        let existing = Dictionary(
            uniqueKeysWithValues: try await KafkaAdministration.topics(configuration: kafka).map { ($0.name, $0) })
        for topic in Topic.all {
            let held =
                existing[topic.name].map { "\($0.partitions.count) partitions, \($0.records) events" } ?? "missing"
            print("\(topic.name)  (\(held))\n    \(topic.purpose)\n    Key: \(topic.key) Kept: \(topic.retentionText)")
        }
    }
}
