import Foundation
import LocalStack
import Postgres
import Schema
import TestKit
import Testing

/// `./caravan import` brings a CRM's files into a running stack, and what they tell goes from service to service.
@Suite struct ImportJourneyTests {
    /// What the names of a test's records begin with.
    private let run = UUIDv7.next().uuidString.lowercased()

    @Test func filesBecomeStoresPeopleAndSales() async throws {
        let stack = try await SharedStack.value()
        let folder = try TemporaryDirectory.make("crm")
        let stores = try write(
            folder + "/stores.csv", ["external_id,name"] + (1...3).map { "\(run)-s\($0),\"Shop, \($0)\"" })
        #expect(try await importFile("stores", stores, stack) == .exited(0))

        // One number is none.
        let people = try write(
            folder + "/people.csv",
            ["external_id,phone_number,attributes.tier"] + (1...2_000).map { "\(run)-\($0),\($0 == 7 ? "x" : ""),gold" }
        )
        let first = try await start("profiles", people, stack)
        try await eventually("some are imported, or all") {
            first.exit != nil || (try? position(people + ".import.json")) ?? 0 > 0
        }
        // As a machine that loses its power would end it.
        await first.stop(signal: SIGKILL)
        #expect(try await importFile("profiles", people, stack) == .exited(1))
        let errors = try String(contentsOfFile: people + ".errors.ndjson", encoding: .utf8).split(separator: "\n")
        #expect(try errors.map { try JSON.decode(JSONValue.self, from: String($0))["line"] } == [8])

        let sales = try write(
            folder + "/sales.ndjson",
            (1...60).map { number in
                #"{"external_id":"\#(run)-t\#(number)","type":"\#(number % 10 == 0 ? "RETURN" : "PURCHASE")","#
                    + #""occurred_at":"2026-04-25T14:32:00+02:00","store_id":"\#(run)-s1","#
                    + #""profile_id":"\#(run)-\#(number <= 40 ? "1" : "new")","currency":"EUR","#
                    + #""total_amount_cents":100,"line_items":[{"quantity":1,"total_price_cents":100}]}"#
            })
        #expect(try await importFile("sales", sales, stack) == .exited(0))
        #expect(try await importFile("sales", sales, stack) == .exited(0))

        let database = try stack.database()
        func count(_ query: PostgresQuery) async throws -> Int { try await database.query(query)[0]["count"] }
        let mine = run + "-%"
        // 1,999 of the file, and a buyer of whom only the sales told.
        #expect(try await count("SELECT count(*) FROM consent.people WHERE external_id LIKE \(mine)") == 2_000)
        #expect(try await count("SELECT count(*) FROM catalog.stores WHERE external_id LIKE \(mine)") == 3)
        #expect(try await count("SELECT count(*) FROM orders.sales_events WHERE external_id LIKE \(mine)") == 60)
        for (buyer, purchases, returns) in [("1", 36, 4), ("new", 18, 2)] {
            try await eventually("the sales are in the buyer's events") {
                let rows = try await database.query(
                    """
                    SELECT payload FROM consent.outbox
                    WHERE type = \(CustomerUpdated.type) AND payload LIKE \("%\(run)-\(buyer)\"%")
                    ORDER BY sequence DESC LIMIT 1
                    """)
                guard let payload: String = try rows.first?["payload"] else { return false }
                let sales = try JSON.decode(CustomerUpdated.self, from: payload).customer.sales
                return sales?.purchases == Int64(purchases) && sales?.returns == Int64(returns)
            }
        }
        await database.shutdown()
    }

    private func write(_ path: String, _ lines: [String]) throws -> String {
        try Data(lines.map { $0 + "\n" }.joined().utf8).write(to: URL(fileURLWithPath: path))
        return path
    }

    private func start(_ kind: String, _ file: String, _ stack: RunningStack) async throws -> ChildProcess {
        try await ChildProcess.start(
            ChildProcess.Command(
                try BuiltProducts.path(of: "caravan-operator"),
                ["import", kind, file, "--directory", stack.directory, "--requests", "1"],
                logFile: file + ".log"))
    }

    private func importFile(_ kind: String, _ file: String, _ stack: RunningStack) async throws -> ChildProcess.Exit {
        try await start(kind, file, stack).waitForExit()
    }

    private func position(_ state: String) throws -> Int64 {
        let text = try String(contentsOfFile: state, encoding: .utf8)
        return try JSON.decode(JSONValue.self, from: text)["position"]?["offset"]?.integer ?? 0
    }
}
