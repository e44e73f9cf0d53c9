/// Where the brokers are and how clients of them behave.
public struct KafkaConfiguration: Sendable {
    /// Bootstrap servers, `host:port` separated by commas.
    public var brokers: String
    /// Shown in the brokers' logs and quotas.
    public var clientID: String
    /// Settings passed through to librdkafka, winning over this module's defaults: `sasl.*`, `ssl.*`,
    /// `fetch.wait.max.ms` and so on. One table serves producers and consumers; each ignores the other's settings.
    /// Source: https://github.com/confluentinc/librdkafka/blob/master/CONFIGURATION.md
    public var properties: [String: String]
    /// Receives librdkafka's own log lines (connection losses, broker errors), on its threads. `nil` drops them.
    public var onLog: (@Sendable (KafkaLogLine) -> Void)?

    /// - Parameter brokers: bootstrap servers, `host:port` separated by commas.
    public init(
        brokers: String,
        clientID: String = "caravan",
        properties: [String: String] = [:],
        onLog: (@Sendable (KafkaLogLine) -> Void)? = nil
    ) {
        self.brokers = brokers
        self.clientID = clientID
        self.properties = properties
        self.onLog = onLog
    }
}

/// One line that librdkafka wants to log.
public struct KafkaLogLine: Sendable {
    /// Syslog severity (RFC 5424): 3 is an error, 4 a warning, 6 information, 7 debugging.
    public var severity: Int
    /// What it is about, in librdkafka's short names, such as `FAIL` or `CLUSTERID`.
    public var facility: String
    /// The text.
    public var message: String
}
