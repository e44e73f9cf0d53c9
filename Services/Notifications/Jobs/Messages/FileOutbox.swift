import FoundationEssentials

/// A directory that takes the place of a mail server or an SMS provider: what would be sent is a file in it.
struct FileOutbox: Sendable {
    let directory: String

    /// Writes a file; written again under the same name it is still one.
    func write(_ bytes: [UInt8], as name: String) throws {
        let folder = URL(filePath: directory, directoryHint: .isDirectory)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data(bytes).write(to: folder.appending(path: name), options: .atomic)
    }
}
