import ArgumentParser
import Foundation
import Kafka
import LocalStack
import Messaging
import Postgres
import Schema

struct ReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Sends published events to their topics once more, from the services' journals.",
        discussion: "Consumers that know an event ignore it. Without limits the whole journal is sent.")

    @OptionGroup var bus: BusOptions

    @Option(help: "Whose events; by default those of all services.")
    var service: ServiceName?

    @Option(help: "Only events since this time, RFC 3339.")
    var from: Timestamp?

    @Option(help: "Only events up to this time, RFC 3339.")
    var to: Timestamp?

    @Option(help: "Only events of this subject, such as an order's id.")
    var subject: String?

    @Option(help: "Only events of this topic.")
    var topic: String?

    @Option(help: "Database URL of the service's role; by default the local stack's. Needs --service.")
    var databaseURL: String?

    func validate() throws {
        guard databaseURL == nil || service != nil else { throw ValidationError("--database-url needs --service") }
    }

    func run() async throws {
        let producer = try KafkaProducer(configuration: try bus.kafka())
        for service in service.map({ [$0] }) ?? ServiceName.allCases {
            var configuration = PostgresConfiguration(url: try databaseURL ?? localURL(service))
            configuration.searchPath = service.rawValue
            let database = PostgresDatabase(configuration: configuration)
            let count = try await Journal(service: service, database: database)
                .replay(from: from, to: to, subject: subject, topic: topic, with: producer) { count in
                    if Console.isTerminal { Console.write("\r    \(service.rawValue): \(count)") }
                }
            Console.write("\(Console.isTerminal ? "\r" : "")    \(service.rawValue): \(count) events\n")
            await database.shutdown()
        }
        await producer.close(deadline: .seconds(10))
    }

    private func localURL(_ service: ServiceName) throws -> String {
        let state = try bus.stack.running()
        let secrets = try Secrets(file: bus.stack.place.secrets)
        return try StackParts(
            directory: bus.stack.place, ports: state.ports, replicas: state.replicas, secrets: secrets,
            usesTLS: state.usesTLS
        ).databaseURL(of: service)
    }
}
