import ArgumentParser
import Foundation
import Kafka
import LocalStack
import Messaging
import Schema

struct TailCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tail", abstract: "Shows the events of a topic as they come.")

    @OptionGroup var bus: BusOptions

    @Argument(help: "The topic, such as orders.events.v1; `topics` lists them.")
    var topic: String

    @Flag(help: "Begin with the oldest event that the topic holds.")
    var fromBeginning = false

    @Option(help: "Show events of one subject only, such as an order's id.")
    var subject: String?

    func run() async throws {
        guard Topic.all.contains(where: { $0.name == topic }) else {
            throw ValidationError("there is no topic \(topic); `topics` lists them")
        }
        let kafka = try bus.kafka()
        let reader = try await KafkaReader(
            configuration: kafka, topics: [topic], from: fromBeginning ? .beginning : .end)
        let request = StopRequest(stdin: false)
        Console.step("\(topic) on \(kafka.brokers); Ctrl-C ends")
        let outcome: Result<Void, any Error>
        do {
            try await withThrowingTaskGroup { group in
                group.addTask { _ = await request.next() }
                group.addTask { try await show(reader) }
                defer { group.cancelAll() }
                try await group.next()
            }
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        await reader.close(deadline: .seconds(2))
        try outcome.get()
    }

    private func show(_ reader: KafkaReader) async throws {
        while !Task.isCancelled {
            do {
                for message in try await reader.nextBatch(maximum: 500, wait: .milliseconds(200)) { show(message) }
            } catch {
                guard error.isRetriable else { throw error }
                Console.detail("\(error)")
            }
        }
    }

    private func show(_ message: KafkaMessage) {
        do {
            let event = try EventEnvelope(message)
            if let subject, subject != event.subject { return }
            print(EventText.describe(event, partition: message.partition, offset: message.offset))
        } catch {
            print("partition \(message.partition), offset \(message.offset): not an event, \(error)")
        }
        fflush(nil)
    }
}
