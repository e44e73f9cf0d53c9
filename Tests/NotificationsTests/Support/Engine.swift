import Logging
import Messaging
import Postgres
import Schema
import ServiceKit
import TestKit

@testable import Notifications

/// The webhook engine on a database of its own, without HTTP and without a broker.
struct Engine: Sendable {
    let database: PostgresDatabase
    let keyring: DataKeyring
    let registry: EndpointRegistry
    let deliveries: DeliveryStore
    let log: DeliveryLog
    /// Wakes the engine that is dispatching.
    let signal = DispatchSignal()
    let account: AccountID
    let replays: ReplayStore

    /// Lends an engine's database and stores to `body`.
    static func with<R: Sendable>(_ body: (Engine) async throws -> R) async throws -> R {
        try await TestDatabase.with(migrations: NotificationsService.allMigrations) { database, _ in
            try await body(Engine(database: database, keyring: DataKeyring("k1:" + DataKeyring.generateKey())))
        }
    }

    init(database: PostgresDatabase, keyring: DataKeyring, account: AccountID = AccountID()) {
        self.database = database
        self.account = account
        self.keyring = keyring
        deliveries = DeliveryStore(database: database, signal: signal)
        registry = EndpointRegistry(
            database: database, store: WebhookEndpointStore(database: database), keyring: keyring,
            outbox: Self.outbox, deliveries: deliveries,
            keys: WebhookKeyStore(database: database, keyring: keyring))
        log = DeliveryLog(database: database)
        replays = ReplayStore(database: database, signal: signal, requests: WakeSignal())
    }

    private static let outbox = Outbox(service: .notifications, signal: WakeSignal())

    /// What tests wait for is short, and what they send stays on this machine.
    static var settings: DeliverySettings {
        var settings = DeliverySettings()
        settings.schedule = RetrySchedule(Array(repeating: .milliseconds(20), count: 5))
        settings.poll = .milliseconds(20)
        settings.timeout = .seconds(5)
        settings.transport.allowsPrivateAddresses = true
        return settings
    }

    /// Runs a dispatcher while `body` does, then ends it as a crash would: nothing is given back.
    func dispatching<R: Sendable>(
        _ settings: DeliverySettings = settings, _ body: (DispatchSignal) async throws -> R
    ) async throws -> R {
        let signal = DispatchSignal()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let ledger = OutcomeLedger(
            database: database, deliveries: deliveries, endpoints: registry.store, outbox: Self.outbox,
            signal: signal, patience: settings.patience, logger: logger)
        let dispatcher = WebhookDispatcher(
            store: deliveries, ledger: ledger, keyring: keyring, settings: settings, signal: signal, logger: logger)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await dispatcher.run() }
            let result: Result<R, any Error>
            do { result = .success(try await body(signal)) } catch { result = .failure(error) }
            group.cancelAll()
            try await group.waitForAll()
            return try result.get()
        }
    }

    /// Claims what is due, as much of each endpoint as this.
    func claim(width: Int = 1000) async throws -> [ClaimedDelivery] {
        let endpoints = try await registry.store.endpoints(of: account, after: "", limit: 1000)
        let lanes = endpoints.map { DispatchBoard.Openings.Lane(endpoint: $0.id, width: width) }
        return try await deliveries.claim(.init(lanes: lanes, total: 1000), lease: .seconds(10))
    }

    /// Makes an endpoint for everything.
    @discardableResult
    func endpoint(
        _ name: String, _ url: String, retry: RetrySettings = RetrySettings(), headers: [String: String] = [:]
    ) async throws -> Notifications.WebhookEndpoint {
        let settings = EndpointSettings(
            url: url, style: WatchTraderHubStyle.name, events: ["*"], retry: retry, batchSize: nil)
        return try await registry.configure(name, of: account, settings, headers: headers, isEnabled: true).endpoint
    }

    /// Records events about a subject, as their consumer would, with sequences that begin at `first`.
    func record(_ count: Int = 1, subject: String, from first: Int64 = 1) async throws {
        try await database.withTransaction { transaction in
            for sequence in first..<(first + Int64(count)) {
                record(event(subject: subject, sequence: sequence), in: transaction)
            }
        }
    }

    func record(_ event: RecordedEvent, in transaction: PostgresTransaction) {
        deliveries.record(event, messages: WebhookStyles.messages(for: WebhookPinged.self), in: transaction)
    }

    func event(subject: String, sequence: Int64) -> RecordedEvent {
        RecordedEvent(
            id: WebhookEventID(), account: account, type: WebhookPinged.type, subject: subject, sequence: sequence,
            time: .now(), traceparent: nil, payload: Array(#"{"message":"\#(subject)"}"#.utf8))
    }

    /// All deliveries of an endpoint, oldest first.
    func deliveries(of endpoint: String) async throws -> [Notifications.WebhookDelivery] {
        let filter = DeliveryLog.Filter(endpoint: endpoint)
        return try await log.page(of: account, filter, before: nil, limit: 10_000).deliveries.reversed()
    }

    func endpoint(_ name: String) async throws -> Notifications.WebhookEndpoint? {
        try await registry.store.endpoint(name, of: account)
    }
}

extension WebhookReceiver.Delivery {
    /// The subject and the sequence of a message that ``Engine/record(_:subject:from:)`` made.
    var content: Content? { try? JSON.decode(from: body) }

    struct Content: Decodable, Sendable {
        struct Wrapper: Decodable, Sendable {
            struct Object: Decodable, Sendable { let message: String }
            let object: Object
        }
        let id: String
        let type: String
        let sequence: Int64
        let data: Wrapper

        var subject: String { data.object.message }
    }
}
