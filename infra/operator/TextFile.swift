import Foundation

/// Files that the person at the terminal names; what is wrong with one is told in a sentence.
enum TextFile {
    static func read(_ path: String) throws(OperatorError) -> String {
        do {
            return try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            throw unreadable(path)
        }
    }

    static func write(_ text: String, to path: String) throws(OperatorError) {
        do {
            try text.write(toFile: path, atomically: true, encoding: .utf8)
        } catch {
            throw OperatorError("\(path) cannot be written")
        }
    }

    static func unreadable(_ path: String) -> OperatorError {
        OperatorError("\(path) cannot be read")
    }
}
