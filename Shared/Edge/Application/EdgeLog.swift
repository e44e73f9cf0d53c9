/// The keys of this module's log metadata. Paths, queries and bodies are not among them: they hold personal data.
enum EdgeLogKey {
    static let method = "method"
    static let route = "route"
    static let status = "status"
    static let milliseconds = "duration_ms"
    static let requestID = "request_id"
    static let traceparent = "traceparent"
    static let account = "account"
    static let keyID = "key_id"
    static let error = "error"
    static let sqlState = "sql_state"
    static let constraint = "constraint"
    static let query = "query"
    static let source = "source"
}

/// The names of this module's metrics.
public enum EdgeMetric {
    /// Counter with `route` and `status`.
    public static let requests = "caravan_http_requests_total"
    /// Timer with `route`.
    public static let duration = "caravan_http_request_duration_seconds"
}
