public import FoundationEssentials
public import Postgres
public import Schema

/// The events of a service that wait for an operator: those that could not be applied and, behind them, the later ones
/// of the same aggregate.
public struct ParkedEvents: Sendable {
    private let database: PostgresDatabase
    private let handlers: EventHandlers

    /// - Parameter handlers: The service's own, to apply what is requeued.
    public init(database: PostgresDatabase, handlers: [any EventHandler]) {
        self.database = database
        self.handlers = EventHandlers(handlers)
    }

    /// An event that waits.
    public struct Item: Sendable, Equatable {
        /// Its place in ``ParkedEvents/list(after:limit:)``.
        public let position: Int64
        public let event: EventEnvelope
        /// Why it waits.
        public let error: String
        public let parkedAt: Timestamp
    }

    /// What a requeue did.
    public enum RequeueResult: Sendable, Equatable {
        /// Nothing is parked under that id or subject.
        case notFound
        /// So many events were applied; the aggregate is no longer parked.
        case applied(Int)
        /// So many events were applied before this one failed again; it and those behind it remain parked.
        case failed(after: Int, event: UUID, error: String)
    }

    /// Parked events in the order in which they were parked.
    /// - Parameter after: The position of the last one seen.
    public func list(after position: Int64 = 0, limit: Int = 100) async throws -> [Item] {
        let rows = try await database.query(
            """
            SELECT \(constant: EventEnvelope.columns), source, position, error, parked_at
            FROM parked_events WHERE position > \(position) ORDER BY position LIMIT \(limit)
            """)
        return try rows.map(Item.init)
    }

    /// Applies the events of the aggregate that this event belongs to, in their order, and lets later ones flow again.
    /// - Throws: A ``PostgresError`` that will pass; what was applied before stays applied.
    public func requeue(_ id: UUID) async throws -> RequeueResult {
        guard let key = try await key(of: id) else { return .notFound }
        return try await requeue(key)
    }

    /// Drops an event for good. Those behind it stay parked until they are requeued.
    /// - Returns: Whether it was parked.
    @discardableResult
    public func discard(_ id: UUID) async throws -> Bool {
        guard let key = try await key(of: id) else { return false }
        return try await database.withTransaction { transaction in
            guard try await ParkingStore.lock(key, in: transaction) else { return false }
            let removed = try await transaction.execute("DELETE FROM parked_events WHERE id = \(id)")
            ParkingStore.removeIfEmpty(key, in: transaction)
            return removed == 1
        }
    }

    private func key(of id: UUID) async throws -> ParkingKey? {
        let rows = try await database.query("SELECT topic, subject FROM parked_events WHERE id = \(id)")
        return try rows.first.map { ParkingKey(topic: try $0["topic"], subject: try $0["subject"]) }
    }

    // MARK: Requeueing

    private enum Step {
        case applied, empty
        case failed(Item, any Error)
    }

    private func requeue(_ key: ParkingKey) async throws -> RequeueResult {
        var applied = 0
        while true {
            switch try await applyFirst(of: key) {
            case .applied:
                applied += 1
            case .empty:
                return applied == 0 ? .notFound : .applied(applied)
            case .failed(let item, let error):
                if error.willPass { throw error }
                let text = EventDelivery.parkingText(of: error)
                try await database.execute(
                    "UPDATE parked_events SET error = \(text) WHERE position = \(item.position)")
                return .failed(after: applied, event: item.event.id, error: text)
            }
        }
    }

    /// Applies the first event of a key, or frees the key if there is none. The consumer cannot park behind meanwhile.
    private func applyFirst(of key: ParkingKey) async throws -> Step {
        var current: Item?
        do {
            return try await database.withTransaction { transaction in
                guard try await ParkingStore.lock(key, in: transaction) else { return .empty }
                let rows = try await transaction.query(
                    """
                    SELECT \(constant: EventEnvelope.columns), source, position, error, parked_at
                    FROM parked_events WHERE topic = \(key.topic) AND subject = \(key.subject)
                    ORDER BY position LIMIT 1
                    """)
                guard let item = try rows.first.map(Item.init) else {
                    ParkingStore.removeIfEmpty(key, in: transaction)
                    return .empty
                }
                current = item
                try await handlers.apply([item.event], in: transaction)
                transaction.send("DELETE FROM parked_events WHERE position = \(item.position)")
                return .applied
            }
        } catch {
            guard let current else { throw error }
            return .failed(current, error)
        }
    }
}

extension ParkedEvents.Item {
    init(_ row: PostgresRow) throws {
        self.init(
            position: try row["position"], event: try EventEnvelope(row, source: try row["source"]),
            error: try row["error"], parkedAt: try row["parked_at"])
    }
}
