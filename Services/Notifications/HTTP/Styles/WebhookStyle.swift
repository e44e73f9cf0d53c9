import Edge
import Schema

/// How one family of receivers wants its webhooks: which events they know under which names, what a message looks like,
/// and which signature they check. The engine knows nothing else about a style; a new one is one file and a line in
/// ``WebhookStyles``.
protocol WebhookStyle: Sendable {
    /// The value of `style` in an endpoint's settings.
    static var name: String { get }
    /// The versions of its messages, the oldest first. Endpoints created today are pinned to the last.
    static var payloadVersions: [String] { get }
    /// The messages of this style, in the order in which an API lists them.
    static var templates: [MessageTemplate] { get }
    /// When what failed is tried again where an endpoint's settings do not say; nil for the service's own schedule.
    static var retry: RetrySchedule? { get }
    /// Whether a 410 is tried again like any other failure, as the style's documents promise, and disables nothing.
    static var retriesGone: Bool { get }
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
    /// The header by which this style's receivers check who sent a request; nil where they verify Standard Webhooks'
    /// signature, or nothing.
    static var signatureHeader: String? { get }
    /// Its value, made anew for every attempt.
    static func signature(of request: WebhookRequest, at seconds: Int64, secrets: [WebhookSecret]) -> String
}

extension WebhookStyle {
    static var payloadVersions: [String] { ["v1"] }
    static var retry: RetrySchedule? { nil }
    static var retriesGone: Bool { false }
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
    static var signatureHeader: String? { nil }
    static func signature(of request: WebhookRequest, at seconds: Int64, secrets: [WebhookSecret]) -> String { "" }

    /// What a message looks like to endpoints that are pinned to a version.
    static func template(for message: WebhookMessage, version: String) throws -> MessageTemplate {
        let candidates = templates.filter { $0.type == message.type && $0.announces(message.event) }
        guard let template = newest(of: candidates, version: version) else {
            throw UnknownMessageType(type: message.type)
        }
        return template
    }

    /// The messages that an event makes for endpoints that are pinned to a version.
    static func types(for event: any Event.Type, version: String) -> [String] {
        let candidates = Dictionary(grouping: templates.filter { $0.event.family == event.family }, by: \.type)
        return candidates.filter { newest(of: $0.value, version: version) != nil }.keys.sorted()
    }

    /// The names of all messages that an endpoint of a resource may get, in whatever version.
    static func types(of resource: String?) -> [String] {
        let all = Set(templates.map(\.type))
        return all.filter { resource == nil || $0.hasPrefix("\(resource ?? "").") }.sorted()
    }

    /// Each message of endpoints that are pinned to a version, once with each event that makes it.
    static func messages(version: String) -> [(family: String, type: String)] {
        var seen: Set<String> = []
        return templates.map(\.event).filter { seen.insert($0.family).inserted }.flatMap { event in
            types(for: event, version: version).map { (event.family, $0) }
        }
    }

    /// The newest that is no newer than the version; nil if none is, or there is no such version.
    private static func newest(of candidates: [MessageTemplate], version: String) -> MessageTemplate? {
        guard let pinned = payloadVersions.firstIndex(of: version) else { return nil }
        let ages = candidates.map { template in
            template.since.map { payloadVersions.firstIndex(of: $0) ?? .max } ?? 0
        }
        return zip(ages, candidates).filter { $0.0 <= pinned }.max { $0.0 < $1.0 }?.1
    }
}

/// One message of a style: the event it announces, and the object it carries.
struct MessageTemplate: Sendable {
    /// The style's name of the event, `order.created`.
    let type: String
    let event: any Event.Type
    /// The version of the style's messages that brought it, in place of an earlier one of the same type and event; nil for
    /// the first.
    let since: String?
    /// Reads the event's payload and makes the resource as the style's REST API shows it.
    let object: @Sendable ([UInt8], DataKeyring) throws -> any Encodable & Sendable

    init<E: Event, Object: Encodable & Sendable>(
        _ type: String, _ event: E.Type, since: String? = nil,
        _ object: @escaping @Sendable (E, DataKeyring) throws -> Object
    ) {
        self.type = type
        self.event = event
        self.since = since
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
    /// What is not to be kept of an answer, should it repeat it.
    var secrets: [String] = []
    /// The ids by which a receiver may name each record of a batch; empty if there is no batch.
    var records: [Set<String>] = []
    /// How the connection is secured, if the endpoint wants that otherwise than others.
    var tls: EndpointTLS?
}

enum WebhookStyles {
    static let all: [any WebhookStyle.Type] = [
        WatchTraderHubStyle.self, GiddyUpStyle.self, GiddyUpLogisticsStyle.self, RetailOSStyle.self,
    ]

    static func style(_ name: String) -> (any WebhookStyle.Type)? {
        all.first { $0.name == name }
    }

    /// The events of the log, once each: those that some style announces, and all others of the same resources.
    static var events: [any Event.Type] {
        let announced = all.flatMap { $0.templates }.map { $0.event }
        let families = Set(announced.map { $0.family })
        let resources = EventResource.all.filter { $0.events.contains { families.contains($0.family) } }
        var seen: Set<String> = []
        return (resources.flatMap(\.events) + announced).filter { seen.insert($0.family).inserted }
    }

    /// What endpoints of a style and a version are sent.
    typealias Message = (style: String, version: String, type: String)

    /// The names under which the styles announce an event, whatever its version.
    static func messages(for event: any Event.Type) -> [Message] {
        all.flatMap { style in
            style.payloadVersions.flatMap { version in
                style.types(for: event, version: version).map { (style.name, version, $0) }
            }
        }
    }

    /// What an endpoint gets of which events: its style's messages that it subscribes to.
    static func messages(to endpoint: WebhookEndpoint) -> [(family: String, type: String)] {
        let messages = style(endpoint.settings.style)?.messages(version: endpoint.payloadVersion) ?? []
        let resource = endpoint.settings.resource
        let wanted = Set(EventFilter.subscribed(endpoint.settings.events, among: messages.map(\.type)))
        return messages.filter { _, type in
            wanted.contains(type) && (resource == nil || resource == type.split(separator: ".").first.map(String.init))
        }
    }
}
