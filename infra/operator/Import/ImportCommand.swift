import ArgumentParser
import Edge
import Foundation
import Importing
import LocalStack
import TestKit

struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Brings a CRM's profiles, stores or sales into an account.",
        discussion: """
            Through the public API, with a key of the account. Interrupted, it goes on where it was when it is started
            again: how far it came is in FILE.import.json, what was refused in FILE.errors.ndjson. The first line of a
            CSV file names the columns by their place in the API's body: external_id, attributes.tier,
            line_items.0.quantity.
            """)

    @Argument(help: "What the file holds: \(ImportKind.allCases.map(\.rawValue).joined(separator: ", ")).")
    var kind: ImportKind

    @Argument(help: "A .csv or .ndjson file.")
    var file: String

    @OptionGroup var stack: StackOptions

    @Option(help: "The API's address; by default the local stack's.")
    var url: String?

    @Option(help: "The API key, or @FILE to read it from; by default CARAVAN_API_KEY, else the local stack's demo key.")
    var key: String?

    @Option(help: "Between the fields of a CSV file: one character, or tab.")
    var separator = ","

    @Option(help: "Requests under way at once.")
    var requests: Int?

    func validate() throws {
        guard separatorByte != nil else { throw ValidationError("--separator takes one ASCII character, or tab") }
        guard (1...256).contains(requests ?? 1) else { throw ValidationError("--requests takes 1 to 256") }
    }

    func run() async throws {
        var job = FileImport(kind, path: file)
        if let separatorByte { job.separator = separatorByte }
        if let requests { job.requestsAtOnce = requests }
        let headers = ["x-api-key": try apiKey()]
        let client = APIClient(baseURL: try url ?? stack.running().baseURL, authorization: nil)
        let display = ImportDisplay()
        let result = try await job.run(report: display.show) { path, body, key in
            let reply = try await client.send(
                "POST", path, bytes: body, headers: headers.merging(["Idempotency-Key": key]) { $1 })
            return ImportReply(
                status: reply.status, retryAfter: reply.headers["retry-after"].flatMap(Int.init).map { .seconds($0) },
                body: reply.body)
        }
        display.finish(result)
        if result.failed > 0 {
            Console.detail("\(result.failed) refused, see \(job.errorsPath)")
            throw ExitCode.failure
        }
    }

    private var separatorByte: UInt8? {
        if separator == "tab" { return UInt8(ascii: "\t") }
        let bytes = Array(separator.utf8)
        return bytes.count == 1 && bytes[0] != UInt8(ascii: "\"") ? bytes[0] : nil
    }

    private func apiKey() throws -> String {
        if let key {
            guard key.hasPrefix("@") else { return key }
            let text = try TextFile.read(String(key.dropFirst()))
            return text.trimmingCharacters(in: .whitespacesAndNewlines)
        }
        if let key = ProcessInfo.processInfo.environment["CARAVAN_API_KEY"], !key.isEmpty { return key }
        return try Secrets(file: stack.place.secrets).demoKey(.noticia)
    }
}
