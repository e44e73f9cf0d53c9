import ArgumentParser
import Consent
import Edge
import Foundation
import Schema
import TestKit

struct ConsentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "consent", abstract: "Takes the consent ledger home and proves it there.",
        discussion: "docs/consent-ledger.md says what is proven and how.", subcommands: [Export.self, Verify.self])

    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Writes an account's consent history into a file, with its checkpoint and keys beside it.",
            discussion: """
                FILE gets a line of JSON an entry, FILE.checkpoint what is signed, FILE.key the keys. Keep each checkpoint: \
                later histories must continue it.
                """)

        @OptionGroup var stack: StackOptions

        @Option(help: "The API's address; by default the local stack's.")
        var url: String?

        @Option(help: "A file with an API key of the account; by default the demo account's key.")
        var apiKeyFile: String?

        @Argument(help: "Where to write the history.")
        var file: String

        func run() async throws {
            let ledger = LedgerClient(
                client: APIClient(baseURL: try url ?? stack.running().baseURL, authorization: nil),
                key: try apiKey())
            let note = try await ledger.text("/v1/consent/checkpoint")
            let keys = try await ledger.text("/v1/consent/keys")
            let checkpoint = try Checkpoint(
                note: note, signedBy: keys.split(separator: "\n").compactMap { NoteVerifier(text: String($0)) })
            try TextFile.write(note, to: file + ".checkpoint")
            try TextFile.write(keys, to: file + ".key")
            try TextFile.write("", to: file)
            let handle = try FileHandle(forWritingTo: URL(filePath: file))
            defer { try? handle.close() }
            var written: Int64 = 0
            var cursor: String?
            while written < checkpoint.size {
                let page = try await ledger.entries(after: cursor)
                let lines = page.data.prefix(Int(checkpoint.size - written))
                try handle.write(contentsOf: Data(lines.flatMap { try JSON.encode($0) + [0x0a] }))
                written += Int64(lines.count)
                cursor = page.pagination.nextCursor
                if cursor == nil { break }
            }
            Console.step("\(written) entries, signed as \(checkpoint.size), in \(file)")
        }

        private func apiKey() throws -> String {
            guard let apiKeyFile else { return try Secrets(file: stack.place.secrets).demoKey(.noticia) }
            return try TextFile.read(apiKeyFile).trimmingCharacters(in: .whitespacesAndNewlines)
        }
    }

    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Proves that a consent history is the one that was signed, whole and in order.",
            discussion: "Needs no server and believes none. Exit status 1 when anything is not as it was signed.")

        @Argument(help: "The history, as `export` writes it.")
        var history: String

        @Option(help: "The file with the signed checkpoint.")
        var checkpoint: String

        @Option(help: "A key that signs the ledger, or a file of them, one a line; may be repeated.")
        var key: [String]

        @Option(help: "A file with an earlier checkpoint that the history must continue; may be repeated.")
        var earlier: [String] = []

        func run() throws {
            let keys = try key.flatMap(keys)
            let last = try checkpoint(checkpoint, keys)
            let before = try earlier.map { try checkpoint($0, keys) }
            for other in before where other.origin != last.origin {
                throw OperatorError("the checkpoint of \(other.origin) is not one of \(last.origin)")
            }
            var verification = HistoryVerification(checkpoint: last, earlier: before)
            try eachLine { verification.read($0) }
            let report = verification.report()
            for finding in report.findings { print(finding) }
            Console.step(
                "\(last.origin): the hashes of \(report.proven) of \(verification.size) signed entries are proven, "
                    + "\(report.forgotten) without personal data, \(report.newer) newer than the checkpoint: "
                    + (report.findings.isEmpty ? "the history is whole" : "it is not what was signed"))
            if !report.findings.isEmpty { throw ExitCode.failure }
        }

        private func keys(_ text: String) throws -> [NoteVerifier] {
            if let key = NoteVerifier(text: text) { return [key] }
            let lines = try TextFile.read(text).split(separator: "\n")
            return try lines.map { line in
                guard let key = NoteVerifier(text: String(line)) else {
                    throw OperatorError("\(text) has a line that is no key")
                }
                return key
            }
        }

        private func checkpoint(_ file: String, _ keys: [NoteVerifier]) throws -> Checkpoint {
            do {
                return try Checkpoint(note: TextFile.read(file), signedBy: keys)
            } catch let error as NoteError {
                throw OperatorError("\(file): \(error)")
            }
        }

        /// Lends each line of the history, which may be larger than the memory.
        private func eachLine(_ body: ([UInt8]) -> Void) throws {
            guard let handle = FileHandle(forReadingAtPath: history) else { throw TextFile.unreadable(history) }
            defer { try? handle.close() }
            var rest: [UInt8] = []
            while let chunk = try handle.read(upToCount: 1 << 20), !chunk.isEmpty {
                rest += chunk
                var start = rest.startIndex
                while let end = rest[start...].firstIndex(of: 0x0a) {
                    body(Array(rest[start..<end]))
                    start = end + 1
                }
                rest.removeSubrange(..<start)
            }
            if !rest.isEmpty { body(rest) }
        }
    }
}

/// Reads an account's consent ledger over HTTP.
private struct LedgerClient {
    struct Page: Decodable {
        struct Pagination: Decodable {
            let nextCursor: String?

            enum CodingKeys: String, CodingKey {
                case nextCursor = "next_cursor"
            }
        }

        let pagination: Pagination
        let data: [JSONValue]
    }

    let client: APIClient
    let key: String

    func text(_ path: String) async throws -> String { try await get(path).text }

    func entries(after cursor: String?) async throws -> Page {
        let start = cursor.map { "&cursor=\($0)" } ?? ""
        return try JSON.decode(from: try await get("/v1/consent/entries?limit=1000\(start)").body)
    }

    private func get(_ path: String) async throws -> APIClient.Reply {
        while true {
            let reply = try await client.send("GET", path, headers: ["x-api-key": key])
            // A long ledger meets the key's rate limit.
            if reply.status == 429, let seconds = reply.headers["retry-after"].flatMap(Int.init) {
                try await Task.sleep(for: .seconds(max(1, seconds)))
                continue
            }
            guard reply.status == 200 else { throw OperatorError("GET \(path): \(reply.status) \(reply.text)") }
            return reply
        }
    }
}
