import Edge
import Schema

/// How one family of receivers wants its webhooks: which events they know under which names, what a message looks like,
/// and which signature they check. The engine knows nothing else about a style; a new one is one file and a line in
/// ``WebhookStyles``.
protocol WebhookStyle: Sendable {
    /// The value of `style` in an endpoint's settings.
    static var name: String { get }
    /// The version that endpoints created today are pinned to.
    static var payloadVersion: String { get }
    /// The messages of this style, in the order in which an API lists them.
    static var templates: [MessageTemplate] { get }
    /// When what failed is tried again where an endpoint's settings do not say; nil for the service's own schedule.
    static var retry: RetrySchedule? { get }
    /// What an endpoint can choose to get by the setting `resource`, the default first; messages are named
    /// `<resource>.…`. Empty for styles whose endpoints choose by `events` alone.
    static var resources: [String] { get }
    /// The names that the URL of an endpoint may hold in braces, to be replaced by what a message of its resource says.
    static func urlParameters(of resource: String?) -> [String]

    /// The request that carries a message, before the headers that every style has.
    static func request(for message: WebhookMessage, to endpoint: WebhookEndpoint, keyring: DataKeyring) throws
        -> WebhookRequest
    /// The message of a ``WebhookPinged`` that a new endpoint gets at once, whatever it subscribes to.
    static var greeting: String? { get }
    /// Whether endpoints can have a batch size, and then get ``batch(of:to:keyring:)``.
    static var knowsBatches: Bool { get }
    /// The request that carries several messages; the engine gives it its id.
    static func batch(of messages: [WebhookMessage], to endpoint: WebhookEndpoint, keyring: DataKeyring) throws
        -> WebhookRequest
    /// The records that a receiver refused, though it took their batch: why, by the record's place in the batch.
    static func refusals(in answer: JSONValue, to request: WebhookRequest) -> [Int: String]
    /// The headers by which this style's receivers check who sent a request, made anew for every attempt.
    static func signature(of request: WebhookRequest, at seconds: Int64, secrets: [WebhookSecret]) -> [(String, String)]
}

extension WebhookStyle {
    static var retry: RetrySchedule? { nil }
    static var resources: [String] { [] }
    static func urlParameters(of resource: String?) -> [String] { [] }
    static var greeting: String? { nil }
    static var knowsBatches: Bool { false }
    static func batch(
        of messages: [WebhookMessage], to endpoint: WebhookEndpoint, keyring: DataKeyring
    ) throws -> WebhookRequest {
        throw UnknownMessageType(type: messages.first?.type ?? "")
    }
    static func refusals(in answer: JSONValue, to request: WebhookRequest) -> [Int: String] { [:] }
}

/// One message of a style: the event it announces, and the object it carries.
struct MessageTemplate: Sendable {
    /// The style's name of the event, `order.created`.
    let type: String
    let event: any Event.Type
    /// Reads the event's payload and makes the resource as the style's REST API shows it.
    let object: @Sendable ([UInt8], DataKeyring) throws -> any Encodable & Sendable

    init<E: Event, Object: Encodable & Sendable>(
        _ type: String, _ event: E.Type, _ object: @escaping @Sendable (E, DataKeyring) throws -> Object
    ) {
        self.type = type
        self.event = event
        self.object = { try object(JSON.decode(E.self, from: $0), $1) }
    }

    /// Whether the event is the one that the message announces, in whatever version.
    func announces(_ event: RecordedEvent) -> Bool { event.type.hasPrefix(self.event.family + ".") }
}

/// What a style makes of a message.
struct WebhookRequest: Sendable {
    enum Method: String, Sendable { case post = "POST", put = "PUT" }

    /// Stays the same over all attempts; receivers drop what they have seen.
    var id: String
    var method = Method.post
    var url: String
    var headers: [(String, String)] = []
    var body: [UInt8]
    /// The ids by which a receiver may name each record of a batch; empty if there is no batch.
    var records: [Set<String>] = []
}

enum WebhookStyles {
    static let all: [any WebhookStyle.Type] = [
        WatchTraderHubStyle.self, GiddyUpStyle.self, GiddyUpLogisticsStyle.self, RetailOSStyle.self,
    ]

    static func style(_ name: String) -> (any WebhookStyle.Type)? {
        all.first { $0.name == name }
    }

    /// Every event that some style announces, once.
    static var events: [any Event.Type] {
        var seen: Set<String> = []
        return all.flatMap { $0.templates }.map { $0.event }.filter { seen.insert($0.family).inserted }
    }

    /// The names under which the styles announce an event, whatever its version.
    static func messages(for event: any Event.Type) -> [(style: String, type: String)] {
        all.flatMap { style in
            style.templates.filter { $0.event.family == event.family }.map { (style.name, $0.type) }
        }
    }
}
