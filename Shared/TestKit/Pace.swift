/// Spaces out the requests of a load, so that it is bounded; not for waiting until something has happened.
public actor Pace {
    private let interval: Duration
    private var nextTime = ContinuousClock.now

    public init(perSecond: Int) {
        interval = .seconds(1) / perSecond
    }

    /// Returns when the next request is due.
    public func next() async throws {
        nextTime = max(nextTime + interval, .now)
        try await Task.sleep(until: nextTime)
    }
}
