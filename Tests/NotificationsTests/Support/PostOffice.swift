import Foundation
import HTTPTypes
import Logging
import Mail
import Messaging
import Postgres
import Schema
import ServiceKit
import TestKit

@testable import Edge
@testable import Notifications

/// Mail and text messages on a database of its own, without a broker.
struct PostOffice: Sendable {
    let database: PostgresDatabase
    let keyring: DataKeyring
    let messages: MessageStore
    let log: MessageLog
    let settings: MessageSettingsStore
    let desk: ConsentDesk
    let projection: ConsentProjection
    let stops: StopRegister
    let mail: OrderMail
    /// The routes, called as the account would.
    let caller: RouteCaller
    /// What the file outboxes hold.
    let directory: String
    var account: AccountID { caller.account }

    static let publicURL = "https://caravan.example"

    /// Lends one to `body`.
    static func with<R: Sendable>(_ body: (PostOffice) async throws -> R) async throws -> R {
        try await TestDatabase.with(migrations: NotificationsService.allMigrations) { database, _ in
            let office = try PostOffice(database: database)
            return try await body(office)
        }
    }

    init(database: PostgresDatabase) throws {
        self.database = database
        // Opens the examples of events.
        keyring = try DataKeyring("example:" + Data(0..<32).base64EncodedString())
        messages = MessageStore(database: database, keyring: keyring, signal: DispatchSignal())
        log = MessageLog(database: database)
        settings = MessageSettingsStore(database: database, keyring: keyring)
        desk = ConsentDesk(database: database, keyring: keyring)
        projection = ConsentProjection(keyring: keyring)
        stops = StopRegister(
            database: database, keyring: keyring, outbox: Outbox(service: .notifications, signal: WakeSignal()))
        mail = OrderMail(messages: messages, keyring: keyring)
        directory = try TemporaryDirectory.make("post")
        let idempotency = Idempotency(database: database, keyring: keyring)
        caller = RouteCaller(
            MessageRoutes(
                messages: messages, log: log, idempotency: idempotency, hasTransport: { _, _ in true },
                settings: settings
            ).routes
                + MessageSettingsRoutes(store: settings, idempotency: idempotency, publicURL: Self.publicURL).routes
                + ErrorReportRoutes(
                    store: ErrorReportStore(database: database, keyring: keyring), idempotency: idempotency,
                    link: ReportLink(keyring: keyring, publicURL: Self.publicURL), sendsMail: true
                ).routes)
    }

    var reporting: ErrorReporting {
        ErrorReporting(
            database: database, keyring: keyring, messages: messages,
            link: ReportLink(keyring: keyring, publicURL: Self.publicURL))
    }

    var webhooks: SMSWebhookRoutes {
        SMSWebhookRoutes(settings: settings, messages: messages, stops: stops, publicURL: Self.publicURL)
    }

    // MARK: Sending

    /// What tests wait for is short, and text messages stay on this machine.
    func messaging(smtp: SMTPServer? = nil, smsURL: String = "http://127.0.0.1:9") throws -> MessagingSettings {
        var environment = Self.environment
        environment["CARAVAN_MAIL_OUTBOX"] = directory + "/mail"
        environment["CARAVAN_SMS_OUTBOX"] = directory + "/sms"
        environment["CARAVAN_SMS_URL"] = smsURL
        environment["CARAVAN_PUBLIC_URL"] = Self.publicURL
        let configuration = try CaravanConfiguration(service: .notifications, environment: environment)
        var messaging = try MessagingSettings(configuration.messages)
        messaging.smtp = smtp
        messaging.pace.schedule = RetrySchedule(Array(repeating: .milliseconds(20), count: 4))
        messaging.pace.poll = .milliseconds(20)
        return messaging
    }

    private static let environment = [
        "CARAVAN_DATABASE_URL": "postgresql://nobody@localhost/none", "CARAVAN_KAFKA_BROKERS": "localhost:9",
        "CARAVAN_KEY_PUBLIC": (try? APIKeySigner(privateKey: APIKeySigner.generatePrivateKey()).publicKey) ?? "",
        "CARAVAN_DATA_KEYS": "example:" + Data(0..<32).base64EncodedString(),
    ]

    /// Runs a sender while `body` does, then ends it as a crash would.
    func sending<R: Sendable>(_ messaging: MessagingSettings, _ body: () async throws -> R) async throws -> R {
        var transport = TransportSettings()
        transport.allowsPrivateAddresses = true
        // A sender of its own, as in another process: its signal ends with it.
        let store = MessageStore(database: database, keyring: keyring, signal: DispatchSignal())
        let sender = MessageSender(
            store: store, desk: desk, settings: settings,
            outcomes: MessageOutcomes(database: database, store: store, stops: stops),
            transports: { [transport] in try messaging.transports(transport) }, pace: messaging.pace,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await sender.run() }
            let result: Result<R, any Error>
            do { result = .success(try await body()) } catch { result = .failure(error) }
            group.cancelAll()
            try await group.waitForAll()
            return try result.get()
        }
    }

    /// Sends all that is queued into the file outboxes.
    func sendAll() async throws {
        try await sending(try messaging()) {
            try await eventually("nothing is queued") { try await statuses().contains(.queued) == false }
        }
    }

    func statuses() async throws -> [MessageStatus] {
        try await log.messages(of: account, .init(), before: nil, limit: 100).reversed().map(\.status)
    }

    /// The account's messages, oldest first.
    func all() async throws -> [Message] {
        try await log.messages(of: account, .init(), before: nil, limit: 100).reversed()
    }

    /// The files of an outbox, `mail` or `sms`.
    func files(_ outbox: String) throws -> [String] {
        let folder = directory + "/" + outbox
        guard FileManager.default.fileExists(atPath: folder) else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
            .map { try String(contentsOfFile: folder + "/" + $0, encoding: .utf8) }
    }

    // MARK: Events

    /// Handles an event as the consumer would.
    func handle<H: EventHandler>(
        _ handler: H, _ payload: H.Payload, subject: String = "subject", sequence: Int64 = 1,
        at time: Timestamp = .now()
    ) async throws {
        let envelope = EventEnvelope(
            id: ID<EventID>().uuid, type: H.Payload.type, source: "/caravan/test", subject: subject, time: time,
            sequence: sequence, account: account, traceparent: nil, topic: H.Payload.topic.name,
            payload: try JSON.encode(payload))
        try await database.withTransaction { transaction in
            try await handler.handle(Received(envelope: envelope, payload: payload), in: transaction)
        }
    }

    /// A consent, or its end, as the ledger tells of it. Answers the entry.
    @discardableResult
    func consent(
        _ isGranted: Bool, _ number: String, _ person: CustomerID, at time: Timestamp = .now(),
        channel: ConsentChannel = .sms
    ) async throws -> ConsentEntryID {
        let statement = ConsentStatement(
            entryID: ConsentEntryID(), customerID: person, channel: channel, purpose: "marketing",
            source: "WEB_FORM", occurredAt: time, address: try keyring.seal(number),
            addressDigest: BlacklistDigest(keyring: keyring).entry(channel == .sms ? .phone : .email, number)?.digest
                ?? "")
        if isGranted {
            try await handle(
                ConsentGrantedHandler(projection: projection), ConsentGranted(consent: statement),
                subject: person.description, at: time)
        } else {
            try await handle(
                ConsentWithdrawnHandler(projection: projection), ConsentWithdrawn(consent: statement),
                subject: person.description, at: time)
        }
        return statement.entryID
    }

    func snapshot(
        _ id: CustomerID, email: String? = nil, phone: String? = nil, accepts: Bool = false
    ) throws -> CustomerSnapshot {
        CustomerSnapshot(
            id: id, externalID: id.description, acceptsMarketing: accepts,
            person: try keyring.seal(PersonalDetails(email: email, name: "Ada", phoneNumber: phone)),
            createdAt: .now(), updatedAt: .now())
    }

    /// Sends a message through the API; answers its id.
    func post(_ body: [String: JSONValue]) async throws -> MessageID {
        let answer = try await caller.call("POST /admin/v1/messages", body: .object(body))
        guard let id = answer.body["id"]?.string.flatMap({ MessageID($0) }) else { throw Refused(answer: answer) }
        return id
    }

    struct Refused: Error {
        let answer: RouteCaller.Answer
    }

    func marketing(_ recipient: String, _ value: String) async throws -> MessageID {
        try await post([
            "channel": "sms", "purpose": "marketing", recipient: .string(value), "text": "Sale! Reply STOP to end",
        ])
    }

    func message(_ id: MessageID) async throws -> Message? {
        try await log.message(id, of: account)
    }
}
