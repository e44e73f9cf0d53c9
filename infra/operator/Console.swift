import Foundation

/// What the operator says beside its results: on standard error, so that results can be piped on.
enum Console {
    static let isTerminal = isatty(STDERR_FILENO) == 1

    /// A step that begins.
    static func step(_ text: String) {
        write(isTerminal ? "\u{1b}[1m==>\u{1b}[0m \(text)\n" : "==> \(text)\n")
    }

    /// Something belonging to the last step.
    static func detail(_ text: String) {
        write("    \(text)\n")
    }

    /// The last lines of a log.
    static func tail(_ file: String) {
        let text = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
        for line in text.split(separator: "\n").suffix(5) { detail(String(line)) }
    }

    static func write(_ text: String) {
        FileHandle.standardError.write(Data(text.utf8))
    }
}
