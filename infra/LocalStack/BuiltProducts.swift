import Foundation

/// The executables that the build has put beside the running one.
public enum BuiltProducts {
    /// The directory of the running executable, or `CARAVAN_PRODUCTS` when that is set.
    public static var directory: String {
        if let chosen = ProcessInfo.processInfo.environment["CARAVAN_PRODUCTS"], !chosen.isEmpty { return chosen }
        let executable = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "."
        return URL(fileURLWithPath: executable).deletingLastPathComponent().path
    }

    /// The path of one product.
    /// - Throws: `LocalStackError.missing` when it has not been built.
    public static func path(of name: String) throws -> String {
        let path = directory + "/" + name
        guard access(path, X_OK) == 0 else { throw LocalStackError.missing("the product \(path) (swift build)") }
        return path
    }
}
