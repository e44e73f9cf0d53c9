import Crypto
import Foundation
import Schema

/// How far an import has come, as it stands in the file beside the input.
struct ImportState: Codable, Equatable {
    /// Of the first start: part of every request's Idempotency-Key, so that what is sent again takes no second effect.
    let run: UUID
    let kind: ImportKind
    /// The input's size and beginning, by which it is known again.
    let size: Int64
    let fingerprint: String
    /// Everything before it is acknowledged; nil before the first record is.
    var position: FilePosition?
    var succeeded = 0
    var failed = 0
    /// Bytes of the file of errors that belong to what is acknowledged.
    var errorBytes: Int64 = 0
}

/// Records what the API has acknowledged, so that an import that is killed goes on where it was: the state file holds the
/// place up to which every record is settled, and is replaced as a whole. What was sent beyond it is sent again.
struct ImportJournal {
    /// What became of the records of one request.
    struct Outcome {
        let end: FilePosition
        let succeeded: Int
        let faults: [ImportFault]
    }

    private static let interval = Duration.milliseconds(200)

    let statePath: String
    let errorsPath: String
    private(set) var state: ImportState
    private let errors: FileHandle
    private var writtenAt: ContinuousClock.Instant?
    /// Outcomes that wait for earlier ones.
    private var waiting: [Int: Outcome] = [:]
    private var nextOutcome = 0

    /// Begins an import, or goes on with an earlier one.
    /// - Throws: `ImportError` if the earlier one was of another file.
    init(input: String, kind: ImportKind) throws {
        statePath = input + ".import.json"
        errorsPath = input + ".errors.ndjson"
        let (size, fingerprint) = try Self.fingerprint(of: input)
        if let data = FileManager.default.contents(atPath: statePath) {
            let earlier = try? JSON.decode(ImportState.self, from: Array(data))
            guard let earlier, earlier.kind == kind, earlier.size == size, earlier.fingerprint == fingerprint else {
                throw ImportError(
                    "\(statePath) is of another import or another version of the file; remove it to begin anew")
            }
            state = earlier
        } else {
            state = ImportState(run: UUID(), kind: kind, size: size, fingerprint: fingerprint)
        }
        let manager = FileManager.default
        if state.position == nil || !manager.fileExists(atPath: errorsPath) {
            guard manager.createFile(atPath: errorsPath, contents: nil) else {
                throw ImportError("\(errorsPath) cannot be written")
            }
            state.errorBytes = 0
        }
        guard let errors = FileHandle(forWritingAtPath: errorsPath) else {
            throw ImportError("\(errorsPath) cannot be written")
        }
        // What was written after the last state belongs to what is sent again.
        try errors.truncate(atOffset: UInt64(state.errorBytes))
        try errors.seekToEnd()
        self.errors = errors
        try write()
    }

    /// How many requests are settled before all earlier ones are.
    var lead: Int { waiting.count }

    /// Notes what became of the request of a number, counted from 0.
    mutating func note(_ outcome: Outcome, ofRequest number: Int) throws {
        waiting[number] = outcome
        var lines = ""
        while let settled = waiting.removeValue(forKey: nextOutcome) {
            nextOutcome += 1
            state.position = settled.end
            state.succeeded += settled.succeeded
            state.failed += settled.faults.count
            for fault in settled.faults { lines += fault.json.serialized() + "\n" }
        }
        if !lines.isEmpty {
            try errors.write(contentsOf: Data(lines.utf8))
            state.errorBytes += Int64(lines.utf8.count)
        }
        if writtenAt.map({ ContinuousClock.now - $0 >= Self.interval }) ?? true { try write() }
    }

    /// Writes the state; a reader finds the old one or the new one.
    mutating func write() throws {
        try Data(JSON.encode(state)).write(to: URL(fileURLWithPath: statePath), options: .atomic)
        writtenAt = .now
    }

    /// The import is complete: nothing is left to go on with. A file of errors stays if there are any.
    func finish() throws {
        try errors.close()
        try FileManager.default.removeItem(atPath: statePath)
        if state.failed == 0 { try FileManager.default.removeItem(atPath: errorsPath) }
    }

    private static func fingerprint(of path: String) throws -> (Int64, String) {
        guard let handle = FileHandle(forReadingAtPath: path) else { throw ImportError("\(path) cannot be read") }
        let size = Int64(try handle.seekToEnd())
        try handle.seek(toOffset: 0)
        let beginning = try handle.read(upToCount: 64 << 10) ?? Data()
        return (size, Data(SHA256.hash(data: beginning)).base64EncodedString())
    }
}
