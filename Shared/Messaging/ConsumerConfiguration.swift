/// How events are consumed; the defaults suit every service.
public struct ConsumerConfiguration: Sendable {
    /// Events that share a transaction, at most.
    public var batchSize: Int
    /// How often an event that fails is tried before it is parked; failures that will pass don't count.
    public var attempts: Int
    /// The wait after the first failure; it doubles with each.
    public var retryDelay: Duration
    /// How long one read waits for messages, and thus how long the end of the service may take.
    public var wait: Duration
    /// How often lag and parked events are measured.
    public var measurementInterval: Duration

    public init(
        batchSize: Int = 500, attempts: Int = 5, retryDelay: Duration = .milliseconds(50),
        wait: Duration = .milliseconds(500), measurementInterval: Duration = .seconds(1)
    ) {
        self.batchSize = batchSize
        self.attempts = attempts
        self.retryDelay = retryDelay
        self.wait = wait
        self.measurementInterval = measurementInterval
    }
}
