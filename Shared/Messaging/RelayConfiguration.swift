/// How the relay works; the defaults suit every service.
public struct RelayConfiguration: Sendable {
    /// How often the journal is read when nothing wakes the relay, which happens if another replica committed.
    public var pollInterval: Duration
    /// Events read, published and recorded together.
    public var batchSize: Int
    /// Their payloads' bytes: the event that reaches it is the last of its round.
    public var batchBytes: Int
    /// How long published events stay, for replays. Inboxes must remember longer (see ``RetentionConfiguration``).
    public var journalRetention: Duration
    /// The least time between two reads under load: events that come meanwhile share a round. Less after few events.
    public var pace: Duration
    /// How often a relay that is not the active one tries to become it.
    public var electionInterval: Duration
    /// How often the outbox is measured.
    public var measurementInterval: Duration
    /// How often old events are removed.
    public var removalInterval: Duration

    public init(
        pollInterval: Duration = .milliseconds(50), batchSize: Int = 2000, batchBytes: Int = 8 << 20,
        journalRetention: Duration = .seconds(7 * 24 * 3600), pace: Duration = .milliseconds(5),
        electionInterval: Duration = .milliseconds(500), measurementInterval: Duration = .seconds(1),
        removalInterval: Duration = .seconds(10)
    ) {
        self.pollInterval = pollInterval
        self.batchSize = batchSize
        self.batchBytes = batchBytes
        self.journalRetention = journalRetention
        self.pace = pace
        self.electionInterval = electionInterval
        self.measurementInterval = measurementInterval
        self.removalInterval = removalInterval
    }
}
