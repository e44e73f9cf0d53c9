import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization

/// A local HTTP server that keeps every webhook it is sent.
public final class WebhookReceiver: Sendable {
    /// One request as it arrived.
    public struct Delivery: Sendable {
        public let method: String
        public let path: String
        /// By lower-case name.
        public let headers: [String: String]
        public let body: [UInt8]
        public let receivedAt: ContinuousClock.Instant
    }

    /// What to answer: a status, headers such as Retry-After, and a body.
    public struct Answer: Sendable {
        public var status: Int
        public var headers: [String: String]
        public var body: String

        public init(_ status: Int, headers: [String: String] = [:], body: String = "") {
            self.status = status
            self.headers = headers
            self.body = body
        }
    }

    public let port: Int
    private let log: Log
    private let group: ServiceGroup
    private let server: Task<Void, any Error>

    /// What handlers and the receiver share.
    private final class Log: Sendable {
        let deliveries = Mutex<[Delivery]>([])
    }

    private init(port: Int, log: Log, group: ServiceGroup, server: Task<Void, any Error>) {
        self.port = port
        self.log = log
        self.group = group
        self.server = server
    }

    /// Starts listening on a free port; `answer` decides what a sender hears.
    public static func start(
        answer: @escaping @Sendable (Delivery) async throws -> Answer = { _ in Answer(200) }
    ) async throws -> WebhookReceiver {
        let log = Log()
        let router = Router()
        @Sendable func receive(_ request: Request) async throws -> Response {
            var headers: [String: String] = [:]
            for field in request.headers { headers[field.name.canonicalName] = field.value }
            let body = try await request.body.collect(upTo: 1 << 20)
            let delivery = Delivery(
                method: request.method.rawValue, path: request.uri.path, headers: headers,
                body: Array(body.readableBytesView), receivedAt: .now)
            log.deliveries.withLock { $0.append(delivery) }
            let answer = try await answer(delivery)
            var response = Response(
                status: .init(code: answer.status), body: .init(byteBuffer: ByteBuffer(string: answer.body)))
            for (name, value) in answer.headers {
                if let name = HTTPField.Name(name) { response.headers[name] = value }
            }
            return response
        }
        router.post("**") { request, _ in try await receive(request) }
        router.get("**") { request, _ in try await receive(request) }
        let (ports, bound) = AsyncStream.makeStream(of: Int.self)
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in
                bound.yield(channel.localAddress?.port ?? 0)
                bound.finish()
            })
        var configuration = ServiceGroupConfiguration(
            services: [.init(service: application)], logger: Logger(label: "receiver") { _ in SwiftLogNoOpLogHandler() }
        )
        configuration.maximumGracefulShutdownDuration = .seconds(1)
        let group = ServiceGroup(configuration: configuration)
        let server = Task { try await group.run() }
        for await port in ports { return WebhookReceiver(port: port, log: log, group: group, server: server) }
        try await server.value
        throw CancellationError()
    }

    public func url(_ path: String) -> String { "http://127.0.0.1:\(port)\(path)" }

    /// Everything received so far, in the order of arrival.
    public var deliveries: [Delivery] { log.deliveries.withLock { $0 } }

    /// Takes no more connections, and ends answers that still wait after a second. A server that is only cancelled
    /// drops connections it has accepted and not served yet, which SwiftNIO answers by ending the process.
    public func stop() async {
        await group.triggerGracefulShutdown()
        _ = await server.result
    }
}
