public import Logging
public import Schema

/// Writes each log event as one JSON object on one line.
///
/// The fields are `time`, `level`, `service`, `logger`, `message`, `request_id` and `trace_id` where there is one, and
/// the metadata, flattened: a dictionary's entries become `outer.inner`. Values whose key names a secret are
/// replaced, long ones are cut.
public struct JSONLogHandler: LogHandler {
    public var logLevel: Logger.Level
    public var metadata: Logger.Metadata = [:]
    public var metadataProvider: Logger.MetadataProvider?
    private let label: String
    private let service: String
    private let output: LogOutput

    /// Creates the handler of one logger.
    ///
    /// - Parameters:
    ///   - label: The logger's name, the field `logger`.
    ///   - service: The service, the field `service`.
    ///   - level: The least level that is written.
    ///   - output: Where the lines go.
    public init(label: String, service: ServiceName, level: Logger.Level, output: LogOutput = .standardError) {
        self.label = label
        self.service = service.rawValue
        self.logLevel = level
        self.output = output
    }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        var line = JSONLine()
        line.append("time", Timestamp.now().rfc3339)
        line.append("level", event.level.rawValue)
        line.append("service", service)
        line.append("logger", label)
        line.append("message", event.message.description)
        if let error = event.error { line.append("error", String(describing: error)) }
        var entries = metadata
        if let provided = metadataProvider?.get() { entries.merge(provided) { _, new in new } }
        if let own = event.metadata { entries.merge(own) { _, new in new } }
        if entries["trace_id"] == nil, let trace = Self.trace(of: &entries) { line.append("trace_id", trace.traceID) }
        for (key, value) in entries {
            append(value, as: Self.reserved.contains(key) ? "metadata.\(key)" : key, to: &line)
        }
        output.write(line.finished())
    }

    /// The trace that the caller names in `traceparent`, or the current task's.
    private static func trace(of entries: inout Logger.Metadata) -> TraceContext? {
        if case .string(let text)? = entries["traceparent"], let trace = TraceContext(traceparent: text) {
            entries["traceparent"] = nil
            return trace
        }
        return TraceContext.current
    }

    /// Names that the handler writes itself; no object may have a key twice.
    private static let reserved: Set<String> = ["time", "level", "service", "logger", "message"]

    private func append(_ value: Logger.MetadataValue, as key: String, to line: inout JSONLine) {
        switch value {
        case _ where Self.namesSecret(key): line.append(key, "[redacted]")
        case .string(let text): line.append(key, text)
        case .stringConvertible(let number as any BinaryInteger): line.append(key, number: number.description)
        case .stringConvertible(let number as Double) where number.isFinite:
            line.append(key, number: number.description)
        case .stringConvertible(let flag as Bool): line.append(key, flag)
        case .stringConvertible(let convertible): line.append(key, convertible.description)
        case .array(let values): line.append(key, values.map(\.description))
        case .dictionary(let entries):
            for (inner, value) in entries { append(value, as: "\(key).\(inner)", to: &line) }
        }
    }

    /// Whether a metadata key promises a value that belongs in no log. A last net: callers don't log secrets.
    static func namesSecret(_ key: String) -> Bool {
        let key = key.lowercased()
        return secretWords.contains { key.contains($0) }
    }

    private static let secretWords = [
        "password", "secret", "authorization", "token", "api_key", "apikey", "x-api-key", "cookie", "card_number",
        "cvv",
        "cvc", "private_key", "data_keys",
    ]
}
