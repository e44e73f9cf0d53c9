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
        var kafka = try bus.kafka()
        kafka.properties["auto.offset.reset"] = fromBeginning ? "earliest" : "latest"
        // A group of its own, which nobody joins again: each run sees everything.
        let consumer = try KafkaConsumer(
            configuration: kafka, group: "caravan-tail-\(UUID().uuidString)", topics: [topic])
        let request = StopRequest(stdin: false)
        Console.step("\(topic) on \(kafka.brokers); Ctrl-C ends")
        await withTaskGroup { group in
            group.addTask { await request.next() }
            group.addTask { await show(consumer) }
            await group.next()
            group.cancelAll()
        }
        await consumer.close(deadline: .seconds(2))
    }

    private func show(_ consumer: KafkaConsumer) async {
        while !Task.isCancelled {
            do {
                for message in try await consumer.nextBatch(maximum: 500, wait: .milliseconds(200)) { show(message) }
            } catch  where error.isRetriable {
                Console.detail("\(error)")
            } catch {
                Console.detail("\(error)")
                return
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
