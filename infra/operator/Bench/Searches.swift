import Edge
import Foundation
import LocalStack
import Postgres
import Schema
import TestKit

/// Whether a search for orders or transactions costs more in an account with a million orders than in one with ten thousand.
struct Searches {
    let stack: BenchStack
    let seconds: Int

    private static let turns = 3
    /// So many values of each filter, of orders from all over the account.
    private static let sampleSize = 1_000

    /// Both accounts take turns, and each figure is the median of its turns, as for ``OrderCreation``.
    func measure() async throws -> [Figure] {
        let small = try await archive("S", orders: 10_000)
        let large = try await archive("L", orders: 1_000_000)
        try await stack.withDatabase { database in
            try await BenchStack.vacuum(in: database)
        }
        var figures: [Figure] = []
        for search in Search.all {
            let files = (small: try file(search, of: small), large: try file(search, of: large))
            var latencies: (small: [Double], large: [Double]) = ([], [])
            for turn in 0...Self.turns {
                let values = (
                    small: try await load(search, small, files.small), large: try await load(search, large, files.large)
                )
                // The first warms up.
                if turn == 0 { continue }
                latencies.small.append(values.small)
                latencies.large.append(values.large)
            }
            figures.append(
                Figure(
                    name: "search of \(search.name), p99 at 1,000,000 orders against 10,000",
                    value: latencies.large.median, unit: "ms", bound: latencies.small.median, mark: .atMost(2)))
        }
        return figures
    }

    private struct Search {
        let service: ServiceName
        let filter: Filter

        static let all =
            Filter.allCases.map { Search(service: .orders, filter: $0) }
            + Filter.allCases.filter { $0 != .phone }.map { Search(service: .payments, filter: $0) }

        private var rows: String { service == .orders ? "orders" : "transactions" }
        var name: String { "\(rows) by \(filter.rawValue)" }

        func path(_ sample: Sample) -> String { "/checkout/\(rows)?" + filter.query(sample) }
    }

    /// What is searched by, alone or within a quarter of a year.
    private enum Filter: String, CaseIterable {
        case order = "order number"
        case customer = "customer number"
        case transaction = "transaction number"
        case external = "the gateway's number"
        case email, phone
        case lastFour = "last four digits"
        case day
        case quarter
        case emailAndQuarter = "email and quarter"
        case lastFourAndQuarter = "last four digits and quarter"

        func query(_ sample: Sample) -> String {
            switch self {
            case .order: "order_number=\(sample.order)"
            case .customer: "customer_number=\(sample.customer)"
            case .transaction: "transaction_number=\(sample.transaction)"
            case .external: "external_transaction_id=\(sample.external)"
            case .email: "customer_email=\(sample.email)"
            case .phone: "customer_phone=\(sample.phone)"
            case .lastFour: "card_last_four=\(sample.lastFour)"
            case .day: "date_start=\(sample.day)&date_end=\(sample.day)"
            case .quarter: "date_start=\(sample.quarterStart)&date_end=\(sample.day)"
            case .emailAndQuarter: Self.email.query(sample) + "&" + Self.quarter.query(sample)
            case .lastFourAndQuarter: Self.lastFour.query(sample) + "&" + Self.quarter.query(sample)
            }
        }
    }

    /// What an order can be found by.
    private struct Sample {
        let order: String
        let customer: String
        let transaction: String
        let external: String
        let email: String
        let phone: String
        let lastFour: String
        /// On which it was placed, and one 90 days before.
        let day: String
        let quarterStart: String
    }

    /// An account with orders.
    private struct Archive {
        let name: String
        let token: String
        let samples: [Sample]
    }

    private func archive(_ name: String, orders: Int) async throws -> Archive {
        let account = AccountID()
        _ = try await ChildProcess.run(
            .init(
                try PostgresInstallation.program("psql"),
                [
                    "-q", "-f", "\(Repository.root)/infra/bench/search.sql", "-v", "account=\(account.uuid.uuidString)",
                    "-v", "orders=\(orders)", "-v", "name=\(name)", stack.adminURL,
                ]))
        let principal = Principal(
            account: account, keyID: ID<APIKey>().description, dialects: [.healthSuite], rateLimit: 10_000_000)
        let archive = Archive(
            name: name, token: try await APIKeySigner(privateKey: stack.secrets.privateKey).token(for: principal),
            samples: try await samples(of: account))
        for search in Search.all { try await check(search, archive) }
        return archive
    }

    private func samples(of account: AccountID) async throws -> [Sample] {
        try await stack.withDatabase { database in
            try await database.query(
                """
                SELECT order_number, customer_number, number, external_id, email, card_last_four,
                    to_char(created_at, 'YYYY-MM-DD') AS day,
                    to_char(created_at - interval '90 days', 'YYYY-MM-DD') AS quarter_start
                FROM payments.transactions WHERE account_id = \(account) ORDER BY md5(number) LIMIT \(Self.sampleSize)
                """
            ).map { row in
                let email: String = try row["email"]
                return Sample(
                    order: try row["order_number"], customer: try row["customer_number"],
                    transaction: try row["number"], external: try row["external_id"], email: email,
                    phone: "1555" + email.filter(\.isNumber), lastFour: try row["card_last_four"], day: try row["day"],
                    quarterStart: try row["quarter_start"])
            }
        }
    }

    private func file(_ search: Search, of archive: Archive) throws -> String {
        let file = stack.directory.path + "/searches-\(archive.name)"
        try archive.samples.map(search.path).joined(separator: "\n")
            .write(toFile: file, atomically: true, encoding: .utf8)
        return file
    }

    /// The 99th percentile in milliseconds.
    private func load(_ search: Search, _ archive: Archive, _ file: String) async throws -> Double {
        try await stack.wrk(
            port: stack.port(search.service), script: "search", connections: 2, seconds: seconds,
            arguments: [archive.token, file]
        ).p99
    }

    /// That a search finds something, so that no empty page is measured.
    private func check(_ search: Search, _ archive: Archive) async throws {
        let client = APIClient(
            baseURL: "http://127.0.0.1:\(stack.port(search.service))", authorization: "Bearer \(archive.token)")
        for sample in archive.samples.prefix(3) {
            let reply = try await client.send("GET", search.path(sample), headers: ["Accept": "application/json"])
            guard try reply.json["data"]?.array?.isEmpty == false else {
                throw OperatorError("\(search.path(sample)) finds nothing: \(reply.text)")
            }
        }
    }
}

extension BenchStack {
    fileprivate var adminURL: String {
        PostgresCluster(
            configuration: .init(directory: directory.postgres, port: ports.postgres, password: secrets.adminPassword)
        ).adminURL(database: ServiceMigrations.database)
    }
}
