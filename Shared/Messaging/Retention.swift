internal import FoundationEssentials
public import Logging
public import Postgres
internal import Schema
public import ServiceLifecycle

/// How long records that only guard against repetition are kept.
public struct RetentionConfiguration: Sendable {
    /// How long an answer can be replayed for its idempotency key.
    public var idempotencyKeys: Duration
    /// How long an event is remembered, counted from its creation. It must be longer than any journal or topic that can
    /// deliver it again keeps it.
    public var inbox: Duration
    /// How often old records are removed.
    public var interval: Duration

    public init(
        idempotencyKeys: Duration = .seconds(24 * 3600), inbox: Duration = .seconds(15 * 24 * 3600),
        interval: Duration = .seconds(60)
    ) {
        self.idempotencyKeys = idempotencyKeys
        self.inbox = inbox
        self.interval = interval
    }
}

/// Removes old idempotency keys and inbox entries, a few at a time. Any number of replicas may run it.
public final class Retention: Service {
    private let database: PostgresDatabase
    private let configuration: RetentionConfiguration
    private let logger: Logger
    /// Rows of one statement.
    private static let batchSize = 2000

    public init(
        database: PostgresDatabase, configuration: RetentionConfiguration = RetentionConfiguration(), logger: Logger
    ) {
        self.database = database
        self.configuration = configuration
        self.logger = logger
    }

    public func run() async throws {
        await repeatUntilShutdown(every: configuration.interval, logger: logger, "remove old records") { [self] in
            try await removeOld()
        }
    }

    /// Removes everything that is old now.
    func removeOld() async throws {
        try await repeatWhileFull {
            """
            DELETE FROM idempotency_keys WHERE ctid = ANY(ARRAY(
                SELECT ctid FROM idempotency_keys
                WHERE created_at < now() - make_interval(secs => \(configuration.idempotencyKeys.seconds)::double precision)
                LIMIT \(Self.batchSize) FOR UPDATE SKIP LOCKED
            ))
            """
        }
        let oldest = Timestamp.now().microseconds / 1000 - Int64(configuration.inbox.seconds * 1000)
        try await repeatWhileFull {
            """
            DELETE FROM inbox WHERE id = ANY(ARRAY(
                SELECT id FROM inbox WHERE id < \(UUID(firstOfVersion7At: oldest))
                ORDER BY id LIMIT \(Self.batchSize) FOR UPDATE SKIP LOCKED
            ))
            """
        }
    }

    private func repeatWhileFull(_ query: () -> PostgresQuery) async throws {
        while !isShuttingDown, try await database.execute(query()) >= Self.batchSize {}
    }
}

extension UUID {
    /// The lowest version 7 UUID of a millisecond since 1970: RFC 9562, section 5.7.
    init(firstOfVersion7At milliseconds: Int64) {
        let time = UInt64(clamping: milliseconds)
        func byte(_ shift: UInt64) -> UInt8 { UInt8(truncatingIfNeeded: time >> shift) }
        self.init(
            uuid: (byte(40), byte(32), byte(24), byte(16), byte(8), byte(0), 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 0))
    }
}
