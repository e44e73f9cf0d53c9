/// What is missing or wrong in the environment; the service does not start.
public struct ConfigurationError: Error, Hashable, CustomStringConvertible {
    /// One sentence per variable, without the values of secrets.
    public let problems: [String]

    /// Everything that is wrong, on one line.
    public var description: String { problems.joined(separator: "; ") }

    /// The exit status for it: `EX_CONFIG` of sysexits(3).
    public static let exitStatus: Int32 = 78
}
