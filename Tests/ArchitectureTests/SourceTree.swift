import Foundation

/// The package's own source text, for tests that judge how it is built.
struct SourceTree {
    struct File {
        /// Path below the package, such as `Services/Orders/Store/OrderStore.swift`.
        let path: String
        let text: String

        /// The modules that the file imports.
        var imports: Set<String> {
            Set(
                text.split(separator: "\n").compactMap { line in
                    let words = line.split(separator: " ").filter { !["public", "internal", "@testable"].contains($0) }
                    return words.first == "import" && words.count > 1 ? String(words[1]) : nil
                })
        }
    }

    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The names of the folders below a folder, sorted.
    static func folders(below path: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(
            at: root.appending(path: path), includingPropertiesForKeys: [.isDirectoryKey]
        ).filter(\.hasDirectoryPath).map(\.lastPathComponent).sorted()
    }

    /// All Swift files below a folder.
    static func swiftFiles(below path: String) throws -> [File] {
        let paths = try FileManager.default.subpathsOfDirectory(atPath: root.appending(path: path).path())
        return try paths.filter { $0.hasSuffix(".swift") }.map { name in
            let text = try String(contentsOf: root.appending(path: path).appending(path: name), encoding: .utf8)
            return File(path: "\(path)/\(name)", text: text)
        }
    }
}
