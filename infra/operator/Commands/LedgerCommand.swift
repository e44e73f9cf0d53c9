import ArgumentParser
import Foundation
import LocalStack
import Payments
import Postgres
import Schema

struct LedgerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger", abstract: "Looks after the books of the payments service.", subcommands: [Verify.self])

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Proves that every entry sums to zero and every transaction stands as its postings say.",
            discussion: "Payments can go on meanwhile. Exit status 1 when something does not add up.")

        @OptionGroup var stack: StackOptions

        @Option(help: "Database URL of the payments service's role; by default the local stack's.")
        var databaseURL: String?

        func run() async throws {
            var configuration = PostgresConfiguration(url: try databaseURL ?? localURL())
            configuration.searchPath = ServiceName.payments.rawValue
            let database = PostgresDatabase(configuration: configuration)
            let start = ContinuousClock.now
            var transactions = 0
            var postings = 0
            var differences = 0
            try await LedgerAudit(database: database).verify { part in
                transactions += part.transactions
                postings += part.postings
                differences += part.differences.count
                for difference in part.differences { print(difference) }
            }
            await database.shutdown()
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            let rate = Int(Double(postings) / max(seconds, 0.001))
            Console.step(
                "\(transactions) transactions, \(postings) postings (\(rate)/s): "
                    + (differences == 0 ? "the books add up" : "\(differences) differences"))
            if differences > 0 { throw ExitCode.failure }
        }

        private func localURL() throws -> String {
            let state = try stack.running()
            return try StackParts(
                directory: stack.place, ports: state.ports, replicas: state.replicas,
                secrets: try Secrets(file: stack.place.secrets), usesTLS: state.usesTLS
            ).databaseURL(of: .payments)
        }
    }
}
