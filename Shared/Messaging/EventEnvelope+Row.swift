internal import FoundationEssentials
internal import Postgres
internal import Schema

extension EventEnvelope {
    /// The columns of an event, as ``init(_:source:)`` reads them.
    static let columns: StaticString = "id, topic, type, subject, sequence, account, time, traceparent, payload"

    /// The event in a row of `outbox` or `parked_events`.
    init(_ row: PostgresRow, source: String) throws {
        self.init(
            id: try row["id"], type: try row["type"], source: source, subject: try row["subject"],
            time: try row["time"], sequence: try row["sequence"], account: try row["account"],
            traceparent: try row["traceparent"], topic: try row["topic"],
            payload: Array(try row["payload", as: String.self].utf8))
    }
}
