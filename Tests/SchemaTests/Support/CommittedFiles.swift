import FoundationEssentials
import Schema

/// The committed descriptions of the events. `CARAVAN_RECORD=1 swift test` writes those that are missing or may change.
enum CommittedFiles {
    static let isRecording = ProcessInfo.processInfo.environment["CARAVAN_RECORD"] == "1"

    private static let tests = URL(filePath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent()
    static let golden = tests.appending(path: "Golden")
    static let documentation = tests.deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "docs/events")

    static func names(in directory: URL) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted()
    }

    static func text(_ name: String, in directory: URL) -> String? {
        (try? Data(contentsOf: directory.appending(path: name))).map { String(decoding: $0, as: UTF8.self) }
    }

    static func json(_ name: String, in directory: URL) throws -> JSONValue? {
        guard let text = text(name, in: directory) else { return nil }
        return try JSONValue(parsing: Array(text.utf8))
    }

    static func write(_ text: String, to name: String, in directory: URL) throws {
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: directory.appending(path: name))
    }
}
