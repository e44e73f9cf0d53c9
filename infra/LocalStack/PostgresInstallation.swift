import Foundation

/// Debian's Postgres programs and the account they run as.
public enum PostgresInstallation {
    /// nil when the parent is an ordinary account, which then owns the cluster itself.
    public static var user: String? { geteuid() == 0 ? "postgres" : nil }

    /// The path of `initdb`, `postgres`, … of the newest installed version.
    public static func program(_ name: String) throws -> String {
        let root = "/usr/lib/postgresql"
        let versions = ((try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []).compactMap { Int($0) }
        guard let version = versions.max() else {
            throw LocalStackError.missing("\(root)/*/bin/\(name) (Debian package postgresql)")
        }
        return "\(root)/\(version)/bin/\(name)"
    }

    /// Makes a directory that the server's account owns.
    /// - Throws: `LocalStackError.unsuitable` when that account cannot reach it.
    static func makeDirectory(_ path: String) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try giveAway(path)
        if let closed = closedDirectory(above: path) {
            throw LocalStackError.unsuitable(
                "the account postgres cannot reach \(path): run `chmod o+x \(closed)`, "
                    + "choose another place with --directory, or do not run as root")
        }
    }

    /// The innermost directory above a path that the server's account may not pass through; nil when there is none.
    static func closedDirectory(above path: String) -> String? {
        guard user != nil else { return nil }
        var directory = URL(fileURLWithPath: path).deletingLastPathComponent()
        while directory.path != "/" {
            var status = stat()
            if stat(directory.path, &status) == 0, status.st_mode & S_IXOTH == 0 { return directory.path }
            directory.deleteLastPathComponent()
        }
        return nil
    }

    /// Writes a small file that only the server's account can read.
    static func write(_ text: String, to path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw LocalStackError.system("open \(path)", errno) }
        try FileHandle(fileDescriptor: descriptor, closeOnDealloc: true).write(contentsOf: Data(text.utf8))
        try giveAway(path)
    }

    private static func giveAway(_ path: String) throws {
        guard let user else { return }
        guard let account = getpwnam(user) else {
            throw LocalStackError.missing("the account \(user) (Debian package postgresql)")
        }
        guard chown(path, account.pointee.pw_uid, account.pointee.pw_gid) == 0 else {
            throw LocalStackError.system("chown \(path)", errno)
        }
    }
}
