import Foundation
import Schema
import Synchronization
import TestKit
import Testing

@testable import Importing

/// Imports into an API that is made of a dictionary, and fails where a test wants it to.
@Suite struct FileImportTests {
    /// Takes profiles and sales; what it has taken once, a key makes it answer again.
    private final class API: Sendable {
        struct State {
            var taken: [String: Int] = [:]
            var answers: [String: ImportReply] = [:]
            var requests = 0
        }

        let state = Mutex(State())

        var taken: [String: Int] { state.withLock { $0.taken } }

        /// - Parameter bad: External ids that are refused.
        func answer(_ path: String, _ bytes: [UInt8], _ key: String, bad: Set<String> = []) throws -> ImportReply {
            let body = try JSONValue(parsing: bytes)
            return state.withLock { state in
                state.requests += 1
                if let known = state.answers[key] { return known }
                var reply: ImportReply
                if path == "/v1/profiles/bulk" {
                    let results = (body["profiles"]?.array ?? []).map { profile in
                        Self.take(profile, bad, &state)
                    }
                    let text = JSONValue.object(["results": .array(results)]).serialized()
                    reply = ImportReply(status: 200, retryAfter: nil, body: Array(text.utf8))
                } else {
                    let result = Self.take(body, bad, &state)
                    let error = result["error"]
                    let text = (error ?? result).serialized()
                    reply = ImportReply(status: error == nil ? 201 : 400, retryAfter: nil, body: Array(text.utf8))
                }
                state.answers[key] = reply
                return reply
            }
        }

        private static func take(_ record: JSONValue, _ bad: Set<String>, _ state: inout State) -> JSONValue {
            let name = record["external_id"]?.string ?? ""
            if bad.contains(name) {
                return ["status": "failed", "error": ["code": "RESOURCE_CONFLICT", "message": "Taken."]]
            }
            state.taken[name, default: 0] += 1
            return ["status": "created"]
        }
    }

    private struct Away: Error {}

    private func withFile(_ count: Int, _ body: (String) async throws -> Void) async throws {
        let path = try TemporaryDirectory.make("import") + "/people.ndjson"
        let lines = (1...count).map { #"{"external_id":"crm-\#($0)"}"# + "\n" }
        try Data(lines.joined().utf8).write(to: URL(fileURLWithPath: path))
        try await body(path)
    }

    private func errors(_ path: String) throws -> [JSONValue] {
        try String(contentsOfFile: path + ".errors.ndjson", encoding: .utf8).split(separator: "\n")
            .map { try JSONValue(parsing: Array($0.utf8)) }
    }

    @Test func everyRecordIsTakenOnce() async throws {
        try await withFile(1_000) { path in
            let api = API()
            let result = try await FileImport(.profiles, path: path).run { try api.answer($0, $1, $2) }
            #expect(result.succeeded == 1_000)
            #expect(result.failed == 0)
            #expect(result.done == result.size)
            #expect(api.taken.count == 1_000)
            #expect(api.state.withLock { $0.requests } == 4)
            // Nothing is left beside the file.
            #expect(!FileManager.default.fileExists(atPath: path + ".import.json"))
            #expect(!FileManager.default.fileExists(atPath: path + ".errors.ndjson"))
        }
    }

    @Test(arguments: [ImportKind.profiles, .sales]) func whatIsRefusedIsListed(kind: ImportKind) async throws {
        try await withFile(300) { path in
            let handle = try #require(FileHandle(forWritingAtPath: path))
            try handle.seekToEnd()
            try handle.write(contentsOf: Data("[1]\n\n{\"external_id\":\n{\"external_id\":\"crm-301\"}".utf8))
            try handle.close()
            let api = API()
            let result = try await FileImport(kind, path: path).run {
                try api.answer($0, $1, $2, bad: ["crm-7", "crm-260"])
            }
            #expect(result.succeeded == 299)
            #expect(result.failed == 4)
            let errors = try errors(path)
            #expect(errors.map { $0["line"] } == [7, 260, 301, 303])
            #expect(errors[0]["code"] == "RESOURCE_CONFLICT")
            #expect(errors[0]["message"] == "Taken.")
            #expect(errors[3]["code"] == "INVALID_JSON")
        }
    }

    /// Each start gets further and then loses the API, with requests under way and answers lost on the way back.
    @Test func aStoppedImportGoesOnWithoutLossOrDouble() async throws {
        try await withFile(3_000) { path in
            let api = API()
            var starts = 0
            while true {
                starts += 1
                let left = Mutex(40)
                var job = FileImport(.sales, path: path)
                job.patience = .zero
                do {
                    let result = try await job.run { path, body, key in
                        let number = left.withLock { left in
                            left -= 1
                            return left
                        }
                        if number < -10 { throw Away() }
                        let reply = try api.answer(path, body, key, bad: ["crm-5", "crm-1500"])
                        // It was taken, and nobody hears of it.
                        if number < 0 { throw Away() }
                        return reply
                    }
                    #expect(result.succeeded == 2_998)
                    #expect(result.failed == 2)
                    break
                } catch is ImportError {
                    #expect(FileManager.default.fileExists(atPath: path + ".import.json"))
                }
                // Every start settles something, else this would go on for ever.
                try #require(starts < 400)
            }
            #expect(starts > 10)
            #expect(api.taken.count == 2_998)
            #expect(api.taken.values.allSatisfy { $0 == 1 })
            #expect(try errors(path).map { $0["line"] } == [5, 1_500])
        }
    }

    /// As kill -9 leaves it: the state is older than the errors that were written.
    @Test func errorsBeyondTheStateAreWrittenAgain() async throws {
        try await withFile(10) { path in
            var journal = try ImportJournal(input: path, kind: .sales)
            let fault = ImportFault(line: 1, code: "X", message: "first")
            let end = FilePosition(offset: 24, line: 2)
            try journal.note(.init(end: end, succeeded: 0, faults: [fault]), ofRequest: 0)
            try journal.write()
            let handle = try #require(FileHandle(forWritingAtPath: path + ".errors.ndjson"))
            try handle.seekToEnd()
            try handle.write(contentsOf: Data("{\"line\":2}\n{\"li".utf8))
            try handle.close()
            let api = API()
            let result = try await FileImport(.sales, path: path).run {
                try api.answer($0, $1, $2, bad: ["crm-2"])
            }
            #expect(result.failed == 2)
            #expect(try errors(path).map { $0["line"] } == [1, 2])
            #expect(api.taken["crm-1"] == nil)
        }
    }

    @Test func anotherFileIsNotGoneOnWith() async throws {
        try await withFile(10) { path in
            _ = try ImportJournal(input: path, kind: .profiles)
            try Data(#"{"external_id":"other"}"#.utf8).write(to: URL(fileURLWithPath: path))
            let api = API()
            await #expect(throws: ImportError.self) {
                try await FileImport(.profiles, path: path).run { try api.answer($0, $1, $2) }
            }
            #expect(api.taken.isEmpty)
        }
    }

    @Test func limitsAndFailuresAreWaitedFor() async throws {
        try await withFile(5) { path in
            let api = API()
            let replies = Mutex([429, 503, 0, 409])
            let result = try await FileImport(.stores, path: path).run { path, body, key in
                switch replies.withLock({ $0.popLast() }) {
                case 429: ImportReply(status: 429, retryAfter: .milliseconds(20), body: [])
                case 409:
                    ImportReply(
                        status: 409, retryAfter: nil, body: Array(#"{"code":"IDEMPOTENCY_KEY_IN_USE"}"#.utf8))
                case 503: ImportReply(status: 503, retryAfter: nil, body: [])
                case 0: throw Away()
                default: try api.answer(path, body, key)
                }
            }
            #expect(result.succeeded == 5)
            #expect(api.taken.values.allSatisfy { $0 == 1 })
        }
    }

    @Test func aRefusedKeyStopsAtOnce() async throws {
        try await withFile(5) { path in
            await #expect(throws: ImportError.self) {
                try await FileImport(.profiles, path: path).run { _, _, _ in
                    ImportReply(status: 401, retryAfter: nil, body: [])
                }
            }
        }
    }

    /// A request that is refused as a whole is halved until the record at fault stands alone.
    @Test func oneRecordCannotSpoilItsNeighbours() async throws {
        try await withFile(100) { path in
            let api = API()
            let result = try await FileImport(.profiles, path: path).run { path, body, key in
                if String(decoding: body, as: UTF8.self).contains("crm-42\"") {
                    return ImportReply(
                        status: 400, retryAfter: nil,
                        body: Array(#"{"code":"VALIDATION_ERROR","message":"No."}"#.utf8))
                }
                return try api.answer(path, body, key)
            }
            #expect(result.succeeded == 99)
            #expect(try errors(path) == [["line": 42, "code": "VALIDATION_ERROR", "message": "No."]])
        }
    }
}
