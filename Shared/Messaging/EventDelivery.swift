internal import FoundationEssentials
internal import Logging
internal import Postgres
internal import Schema

/// Brings events to their handlers, each with effect once: all of a batch in one transaction or, if that fails, each
/// in its own, and those that cannot be applied to the parking place.
struct EventDelivery: Sendable {
    let database: PostgresDatabase
    let handlers: EventHandlers
    let outbox: Outbox
    let configuration: ConsumerConfiguration
    let logger: Logger
    let metrics: ConsumptionMetrics

    /// Returns when every event is applied or parked, however long the database is away.
    /// - Throws: `CancellationError` if the service ends first; some events may then have been applied.
    func deliver(_ events: [EventEnvelope]) async throws {
        guard !events.isEmpty else { return }
        do {
            try await apply(events)
        } catch {
            if isShuttingDown { throw CancellationError() }
            logger.debug("a batch failed", metadata: ["events": "\(events.count)", "error": "\(error)"])
            for event in events { try await deliverSingly(event, first: events.count == 1 ? error : nil) }
        }
    }

    /// One transaction: inbox, what is parked, handlers.
    private func apply(_ events: [EventEnvelope]) async throws {
        let outcomes = try await database.withTransaction { transaction in
            var admission = try await Inbox.admit(events, in: transaction)
            var outcomes: [(String, MessagingMetric.Outcome)] = []
            var fresh: [EventEnvelope] = []
            for event in events {
                // The same event may be in the batch twice.
                if admission.fresh.remove(event.id) == nil {
                    outcomes.append((event.type, .duplicate))
                } else if admission.parked.contains(event.parkingKey) {
                    try park(event, error: "an earlier event of \(event.subject) is parked", in: transaction)
                    outcomes.append((event.type, .parked))
                } else {
                    fresh.append(event)
                    outcomes.append((event.type, .applied))
                }
            }
            try await handlers.apply(fresh, in: transaction)
            return outcomes
        }
        for (type, outcome) in outcomes { metrics.count(type, outcome) }
    }

    /// Tries until the event is applied, or has failed too often for reasons of its own.
    /// - Parameter failure: That of a first attempt, if there was one.
    private func deliverSingly(_ event: EventEnvelope, first failure: (any Error)?) async throws {
        var failure = failure
        var failures = 0
        var backoff = Backoff()
        while true {
            do {
                if let error = failure { throw error }
                return try await apply([event])
            } catch {
                failure = nil
                if isShuttingDown { throw CancellationError() }
                if error.willPass {
                    logger.warning("an event waits", metadata: event.logMetadata(error))
                    await pause(backoff.next())
                    continue
                }
                failures += 1
                if failures >= configuration.attempts {
                    return metrics.count(event.type, try await setAside(event, error))
                }
                await pause(configuration.retryDelay * (1 << (failures - 1)))
            }
        }
    }

    /// Parks an event that failed, and with it its key; tries for as long as it takes.
    /// - Returns: `parked`, or `duplicate` if another replica has applied it meanwhile.
    func setAside(_ event: EventEnvelope, _ reason: any Error) async throws -> MessagingMetric.Outcome {
        var backoff = Backoff()
        while true {
            do {
                let isParked = try await database.withTransaction { transaction in
                    guard try await Inbox.record(event.id, in: transaction) else { return false }
                    ParkingStore.add(event.parkingKey, in: transaction)
                    try park(event, error: Self.parkingText(of: reason), in: transaction)
                    return true
                }
                guard isParked else { return .duplicate }
                logger.error("an event is parked", metadata: event.logMetadata(reason))
                return .parked
            } catch {
                if isShuttingDown { throw CancellationError() }
                logger.warning("an event could not be parked", metadata: event.logMetadata(error))
                await pause(backoff.next())
            }
        }
    }

    /// What is recorded of an error: bounded, and without NUL, which no Postgres text can hold.
    static func parkingText(of error: any Error) -> String {
        String("\(error)".prefix(2000)).replacing("\0", with: "?")
    }

    private func park(_ event: EventEnvelope, error: String, in transaction: PostgresTransaction) throws {
        ParkingStore.add(event, error: error, in: transaction)
        let report = EventParked(
            service: outbox.service, eventID: event.id, type: event.type, topic: event.topic, subject: event.subject,
            error: error)
        try outbox.append(
            report, subject: event.subject, sequence: event.sequence, account: event.account, in: transaction)
    }
}

extension EventEnvelope {
    fileprivate func logMetadata(_ error: any Error) -> Logger.Metadata {
        var metadata: Logger.Metadata = [
            "event_id": "\(idText)", "event_type": "\(type)", "subject": "\(subject)", "error": "\(error)",
        ]
        // A log handler makes the trace's id of it.
        metadata["traceparent"] = traceparent.map { "\($0)" }
        return metadata
    }
}

extension Error {
    /// Whether the database, not the event, is at fault, so that the same event will be applied in the end.
    var willPass: Bool {
        guard let error = self as? PostgresError else { return self is CancellationError }
        if error.isTransient { return true }
        switch error.code {
        case .cancelled, .closed: return true
        // A server that has just become a standby. A statement that takes too long is no such case: a statement of this
        // event may always do so.
        case .server(let state): return state == "25006"
        case .connection, .leaseTimeout, .decoding, .misuse: return false
        }
    }
}
