/// How much of everything one request may take.
public struct EdgeLimits: Sendable {
    /// Bytes of a request's body; more is a 413.
    public var bodyBytes = 1 << 20
    /// Bytes of all header fields together: the 32 KiB that the gateway takes, and those that it adds.
    public var headerBytes = 40 << 10
    /// From the head of a request to the end of its body; more is a 408.
    public var readTimeout: Duration = .seconds(15)
    /// How long a handler may run; then it is cancelled and the answer is a 504.
    public var handlerTimeout: Duration = .seconds(25)
    /// How long a connection may be silent.
    public var idleTimeout: Duration = .seconds(75)

    /// The limits that the documents promise.
    public init() {}
}

/// What the probes of an operator see of a service.
public struct EdgeHealth: Sendable {
    /// Names what is not ready yet or any more; nothing means ready.
    public var problems: @Sendable () async -> [String]
    /// The metrics in Prometheus' text format.
    public var metrics: @Sendable () async -> String

    /// Without hooks a service is always ready and has no metrics.
    public init(
        problems: @escaping @Sendable () async -> [String] = { [] },
        metrics: @escaping @Sendable () async -> String = { "" }
    ) {
        self.problems = problems
        self.metrics = metrics
    }
}
