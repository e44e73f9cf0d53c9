import Foundation

/// Files of the repository that are checked against the code.
enum Repository {
    /// The repository's root, found from this file's own path: Tests/ServiceKitTests/Repository.swift.
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }
}
