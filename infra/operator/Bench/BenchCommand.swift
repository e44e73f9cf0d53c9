import ArgumentParser
import Foundation
import LocalStack

struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Measures the whole system against bounds taken in the same run.",
        discussion: """
            Starts a stack of its own, loads it from this machine, and removes it. Order creation is measured while the
            services that only consume orders are paused, as they would be on other machines; so are leads, and the
            sustained checkouts, for which orders and payments run.
            """)

    @Flag(help: "Print JSON instead of a table.")
    var json = false

    @Option(help: "The first of the ports to use.")
    var portBase = 38080

    @Option(help: "Seconds of load for each figure, and for each turn where two loads take turns.")
    var seconds = 4

    @Option(
        help: """
            Only the figures whose name contains this text. `search` is measured only so: it fills a million orders, which \
            takes minutes and 5 GB.
            """)
    var only: String?

    private struct Report: Encodable {
        let machine: Machine
        let figures: [Figure]
    }

    func run() async throws {
        var figures: [Figure] = []
        var isComplete = true
        for (names, measure) in measurements + (only == nil ? [] : longMeasurements) {
            if let only, !names.contains(where: { $0.contains(only) }) { continue }
            note("measuring: \(names.joined(separator: ", "))")
            do {
                let measured = try await measure()
                for figure in measured { note(figure.row) }
                figures += measured
            } catch {
                // The others are worth having all the same.
                isComplete = false
                note("not measured: \(error)")
            }
        }
        let report = Report(machine: .current(), figures: figures)
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            print(String(decoding: try encoder.encode(report), as: UTF8.self))
        } else {
            print("| figure | value | bound | ratio | mark | met |\n|---|---|---|---|---|---|")
            for figure in figures { print(figure.row) }
            print("\n\(report.machine.line)")
        }
        if !isComplete { throw ExitCode.failure }
    }

    /// What is measured, in order; parts that need a stack of their own start one.
    private var measurements: [([String], () async throws -> [Figure])] {
        let seconds = seconds
        let portBase = portBase
        func onStack(
            _ body: @escaping (BenchStack) async throws -> [Figure]
        ) -> () async throws -> [Figure] {
            { try await BenchStack.with(portBase: portBase, body) }
        }
        return [
            (["idle memory"], onStack { try await IdleMemory(stack: $0).measure() }),
            (["order to webhook"], onStack { try await WebhookLatency(stack: $0, seconds: seconds).measure() }),
            (["webhook deliveries"], onStack { try await WebhookThroughput(stack: $0).measure() }),
            (["10 of 1,000 hanging"], onStack { try await EndpointIsolation(stack: $0, seconds: seconds).measure() }),
            (["100,000"], onStack { try await WebhookBacklog(stack: $0).measure() }),
            (["listing page"], onStack { try await ListingPages(stack: $0, seconds: seconds).measure() }),
            (
                ["order create", "through nginx"],
                onStack { try await OrderCreation(stack: $0, seconds: seconds).measure() }
            ),
            (["sales event ingest"], onStack { try await SalesIngest(stack: $0, seconds: seconds).measure() }),
            (["ledger appends"], onStack { try await LedgerAppends(stack: $0, seconds: seconds).measure() }),
            (["inclusion proof"], onStack { try await InclusionProofs(stack: $0, seconds: seconds).measure() }),
            (
                ["profile upsert", "opt-in, in the ledger"],
                onStack { try await ConsentWrites(stack: $0, seconds: seconds).measure() }
            ),
            (
                ["clienteling upsert"],
                onStack { try await CustomerUpserts(stack: $0, seconds: seconds).measure() }
            ),
            (["relay", "consume"], { try await Messages().measure() }),
            (["card checkout at 50/s"], onStack { try await Checkouts(stack: $0, seconds: seconds).measureLatency() }),
            (
                ["card checkouts, sustained"],
                onStack { try await Checkouts(stack: $0, seconds: seconds).measureThroughput() }
            ),
            (["lead create"], onStack { try await LeadCreation(stack: $0, seconds: seconds).measure() }),
            (["coupon validate"], onStack { try await CouponValidation(stack: $0, seconds: seconds).measure() }),
            (["ledger postings verified"], onStack { try await LedgerVerification(stack: $0).measure() }),
        ]
    }

    /// What takes minutes and gigabytes: only if it is asked for by name.
    private var longMeasurements: [([String], () async throws -> [Figure])] {
        let (seconds, portBase) = (max(1, seconds / 2), portBase)
        return [
            (
                ["search"],
                {
                    try await BenchStack.with(portBase: portBase) {
                        try await Searches(stack: $0, seconds: seconds).measure()
                    }
                }
            )
        ]
    }

    private func note(_ text: String) {
        FileHandle.standardError.write(Data("bench: \(text)\n".utf8))
    }
}
