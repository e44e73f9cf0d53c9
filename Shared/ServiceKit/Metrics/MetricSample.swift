/// A value that is read when somebody asks for the metrics, instead of being kept up to date.
public struct MetricSample: Sendable {
    /// How Prometheus treats the value.
    public enum Kind: String, Sendable {
        /// It only grows.
        case counter
        /// It rises and falls.
        case gauge
    }

    /// The metric's name.
    public var name: String
    /// Counter or gauge.
    public var kind: Kind
    /// One sentence for `# HELP`.
    public var help: String
    /// Names and values that tell the series of one metric apart.
    public var labels: [(String, String)]
    /// The value now.
    public var value: Double

    /// Creates a sample.
    public init(
        _ name: String, _ kind: Kind, _ help: String, labels: [(String, String)] = [], _ value: some BinaryInteger
    ) {
        self.init(name, kind, help, labels: labels, Double(value))
    }

    /// Creates a sample.
    public init(_ name: String, _ kind: Kind, _ help: String, labels: [(String, String)] = [], _ value: Double) {
        self.name = name
        self.kind = kind
        self.help = help
        self.labels = labels
        self.value = value
    }
}
