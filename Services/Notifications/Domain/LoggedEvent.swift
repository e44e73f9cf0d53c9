import Schema

/// A line of an account's event log.
struct LoggedEvent: Sendable {
    let event: RecordedEvent
    let position: EventPosition
}

/// A place in the event logs of all accounts. Events get it as they are recorded, those of a resource in their order.
struct EventPosition: Sendable, Equatable {
    let number: Int64
    /// When what lies there was recorded; what is recorded later can lie before it only by moments.
    let recordedAt: Timestamp
}
