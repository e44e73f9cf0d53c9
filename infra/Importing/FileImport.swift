import Foundation
import Schema

/// How far an import has come.
public struct ImportProgress: Equatable, Sendable {
    /// Of the file, in bytes.
    public let done: Int64
    public let size: Int64
    public let succeeded: Int
    public let failed: Int
    /// Records settled since this start.
    public let settledNow: Int
}

/// Brings a file into an account through the public API; what was interrupted goes on where it was.
public struct FileImport: Sendable {
    public let kind: ImportKind
    /// `.csv`, `.ndjson` or `.jsonl`.
    public let path: String
    /// Between the fields of a CSV file.
    public var separator = UInt8(ascii: ",")
    public var requestsAtOnce: Int
    /// How long the API may be away before the import stops.
    public var patience = Duration.seconds(300)

    /// Settled requests that may wait for earlier ones, for each that is under way.
    private static let leadPerRequest = 8

    public init(_ kind: ImportKind, path: String) {
        self.kind = kind
        self.path = path
        requestsAtOnce = kind.requestsAtOnce
    }

    /// Where errors are listed.
    public var errorsPath: String { path + ".errors.ndjson" }

    /// Imports what is left of the file.
    ///
    /// - Parameters:
    ///   - report: Told of each step.
    ///   - transport: Sends a POST with path, body and Idempotency-Key, and throws when no answer came.
    /// - Throws: `ImportError`; started again, the import goes on.
    public func run(
        report: (ImportProgress) -> Void = { _ in },
        transport: @escaping @Sendable (String, [UInt8], String) async throws -> ImportReply
    ) async throws -> ImportProgress {
        var journal = try ImportJournal(input: path, kind: kind)
        let before = journal.state.succeeded + journal.state.failed
        func progress(_ journal: ImportJournal) -> ImportProgress {
            let state = journal.state
            return ImportProgress(
                done: state.position?.offset ?? 0, size: state.size, succeeded: state.succeeded, failed: state.failed,
                settledNow: state.succeeded + state.failed - before)
        }
        var source = try source(from: journal.state.position)
        let sender = ImportSender(kind: kind, run: journal.state.run, patience: patience, transport: transport)
        report(progress(journal))
        do {
            try await withThrowingTaskGroup(of: (Int, ImportJournal.Outcome).self) { requests in
                var sent = 0
                var underWay = 0
                while true {
                    while underWay < requestsAtOnce, journal.lead < requestsAtOnce * Self.leadPerRequest,
                        let (records, end) = try Self.take(kind.recordsPerRequest, from: &source)
                    {
                        let number = sent
                        requests.addTask { (number, try await Self.outcome(of: records, end, sender)) }
                        sent += 1
                        underWay += 1
                    }
                    guard let (number, outcome) = try await requests.next() else { break }
                    underWay -= 1
                    try journal.note(outcome, ofRequest: number)
                    report(progress(journal))
                }
            }
        } catch {
            try? journal.write()
            throw error
        }
        try journal.finish()
        return progress(journal)
    }

    private func source(from position: FilePosition?) throws -> any RecordSource {
        let name = path.lowercased()
        if name.hasSuffix(".csv") {
            return try CSVSource(path: path, kind: kind, from: position, separator: separator)
        }
        guard name.hasSuffix(".ndjson") || name.hasSuffix(".jsonl") else {
            throw ImportError("\(path) is neither .csv nor .ndjson")
        }
        return try NDJSONSource(path: path, from: position ?? FilePosition(offset: 0, line: 1))
    }

    /// The records of one request and the place behind them; nil at the end.
    private static func take(
        _ count: Int, from source: inout any RecordSource
    ) throws -> ([ImportRecord], FilePosition)? {
        var records: [ImportRecord] = []
        while records.count < count, let record = try source.next() { records.append(record) }
        return records.last.map { (records, $0.end) }
    }

    private static func outcome(
        of records: [ImportRecord], _ end: FilePosition, _ sender: ImportSender
    ) async throws -> ImportJournal.Outcome {
        let faults = try await sender.send(records)
        return ImportJournal.Outcome(end: end, succeeded: records.count - faults.count, faults: faults)
    }
}
