import Foundation
import Kafka
import LocalStack
import Schema
import TestKit

/// What a stack has told and stored, as files that can be searched.
struct Leavings {
    let stack: RunningStack
    let folder: String

    /// Writes the messages of all topics, the dumps of all schemas and what the services measure.
    func collect() async throws {
        try await collectTopics()
        for service in ServiceName.allCases {
            try await ChildProcess.run(
                ChildProcess.Command(
                    try PostgresInstallation.program("pg_dump"),
                    [
                        "--dbname", try stack.databaseURL(), "--schema", service.rawValue, "--file",
                        "\(folder)/schema.\(service.rawValue)",
                    ]))
            let port = stack.ports.service(service, replica: 0)
            let metrics = try await LocalHTTP.request("GET", "/metrics", port: port)
            try write(Data(metrics.body.utf8), "metrics.\(service.rawValue)")
        }
    }

    func write(_ data: Data, _ name: String) throws {
        try data.write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
    }

    /// Keys, headers and values, each in a file of their topic.
    private func collectTopics() async throws {
        var files: [String: Data] = [:]
        func add(_ part: String, _ message: KafkaMessage, _ bytes: [UInt8]) {
            files["\(part).\(message.topic)", default: Data()] += Data(bytes) + Data("\n".utf8)
        }
        let reader = try await KafkaReader(
            configuration: stack.kafka, topics: Topic.all.map(\.name), from: .beginning)
        do {
            while true {
                let batch = try await reader.nextBatch(maximum: 1000, wait: .seconds(1))
                if batch.isEmpty { break }
                for message in batch {
                    add("key", message, message.key ?? [])
                    add("value", message, message.value ?? [])
                    for header in message.headers { add("header", message, header.value) }
                }
            }
        } catch {
            await reader.close(deadline: .seconds(2))
            throw error
        }
        await reader.close(deadline: .seconds(2))
        for (name, data) in files { try write(data, name) }
    }
}
