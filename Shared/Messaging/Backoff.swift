/// Growing, randomised waits between the attempts of something that must succeed in the end.
struct Backoff {
    private let first: Duration
    private let limit: Duration
    private var attempt = 0

    init(first: Duration = .milliseconds(50), limit: Duration = .seconds(5)) {
        self.first = first
        self.limit = limit
    }

    /// The next wait: `first`·2ⁿ up to `limit`, of which a random part of up to one half is left out.
    mutating func next() -> Duration {
        let wait = min(first * (1 << min(attempt, 16)), limit)
        attempt += 1
        return wait * Double.random(in: 0.5...1)
    }

    mutating func reset() { attempt = 0 }
}
