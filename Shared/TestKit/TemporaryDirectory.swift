import Foundation
import Synchronization

/// A directory of this test process, removed when the process ends; what a killed process left is removed by the next.
public enum TemporaryDirectory {
    private static let root: String = {
        let base = FileManager.default.temporaryDirectory.path
        let prefix = "caravan-test-"
        for name in (try? FileManager.default.contentsOfDirectory(atPath: base)) ?? [] where name.hasPrefix(prefix) {
            if let owner = Int32(name.dropFirst(prefix.count)), kill(owner, 0) != 0, errno == ESRCH {
                try? FileManager.default.removeItem(atPath: base + "/" + name)
            }
        }
        atexit { TemporaryDirectory.removeAll() }
        return base + "/" + prefix + String(getpid())
    }()
    private static let counter = Atomic<Int>(0)

    /// Makes a fresh empty directory that every account can enter (Postgres runs as another one than root).
    public static func make(_ name: String) throws -> String {
        let path = "\(root)/\(name)-\(counter.add(1, ordering: .relaxed).newValue)"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
        return path
    }

    private static func removeAll() {
        try? FileManager.default.removeItem(atPath: root)
    }
}
