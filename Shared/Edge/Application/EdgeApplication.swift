public import HTTPTypes
import Hummingbird
import HummingbirdCore
public import Logging
import NIOCore
public import Schema
public import ServiceLifecycle
import Synchronization

/// The HTTP side of a service: serves its routes with keys, limits, time-outs, errors in the right dialect, metrics, an
/// access log and the operator's probes `/livez`, `/readyz` and `/metrics`.
public final class EdgeApplication: Service {
    private let pipeline: RequestPipeline
    private let probes: Probes
    private let deadlines = DeadlineWatch()
    private let limits: EdgeLimits
    private let host: String
    private let port: Int
    private let logger: Logger
    private let bound = BoundPort()

    /// - Parameters:
    ///   - proxies: whose word counts on where a request comes from.
    ///   - port: 0 takes a free one, see ``boundPort``.
    ///   - logger: the access log and failures go here: 2xx and 3xx at debug, 4xx at info, 5xx at warning.
    public init(
        routes: [Route], verifier: APIKeyVerifier, limits: EdgeLimits = EdgeLimits(),
        proxies: TrustedProxies = .loopback, host: String = "127.0.0.1", port: Int, health: EdgeHealth = EdgeHealth(),
        logger: Logger
    ) {
        pipeline = RequestPipeline(
            routes: routes, verifier: verifier, limits: limits, proxies: proxies, deadlines: deadlines, logger: logger)
        probes = Probes(health: health)
        self.limits = limits
        self.host = host
        self.port = port
        self.logger = logger
    }

    /// Serves until graceful shutdown; then running requests finish first.
    public func run() async throws {
        let (seconds, _) = limits.idleTimeout.components
        let decoder = HTTP1Channel.Configuration.DecoderConfiguration(
            maxHeaderFieldSize: limits.headerBytes, maxHeaderListSize: limits.headerBytes, maxHeaderFieldCount: 1_000)
        let executors = LoopExecutors(EventLoopGroupProvider.singleton.eventLoopGroup)
        let application = Application(
            responder: EdgeResponder(
                pipeline: pipeline, probes: probes, limits: limits, deadlines: deadlines, executors: executors),
            server: .http1(configuration: .init(idleTimeout: .seconds(seconds), httpDecoderConfiguration: decoder)),
            configuration: ApplicationConfiguration(address: .hostname(host, port: port), backlog: 1_024),
            onServerRunning: { [bound] channel in bound.fulfil(channel.localAddress?.port ?? 0) }, logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [deadlines] in await deadlines.run() }
            defer { group.cancelAll() }
            try await withTaskExecutorPreference(executors.shared) { try await application.run() }
        }
    }

    /// The port it listens on; waits until it does.
    public var boundPort: Int {
        get async { await bound.value }
    }

    /// Answers one request without a socket, for tests.
    ///
    /// - Parameter peer: The address at the other end of the connection that there would be.
    public func respond(to head: HTTPRequest, body: [UInt8] = [], from peer: NetworkAddress? = nil) async -> APIResponse
    {
        if let answer = await probes.answer(head) { return answer }
        let limit = limits.bodyBytes
        return await pipeline.respond(to: head, peer: { peer }, on: nil) { () throws(RequestError) in
            guard body.count <= limit else { throw .payloadTooLarge }
            return body
        }
    }
}

/// A port that becomes known once.
private final class BoundPort: Sendable {
    private enum State {
        case waiting([CheckedContinuation<Int, Never>])
        case known(Int)
    }

    private let state = Mutex(State.waiting([]))

    func fulfil(_ port: Int) {
        let waiting = state.withLock { state in
            guard case .waiting(let continuations) = state else { return [CheckedContinuation<Int, Never>]() }
            state = .known(port)
            return continuations
        }
        for continuation in waiting { continuation.resume(returning: port) }
    }

    var value: Int {
        get async {
            await withCheckedContinuation { continuation in
                let known = state.withLock { state -> Int? in
                    switch state {
                    case .known(let port): return port
                    case .waiting(let continuations):
                        state = .waiting(continuations + [continuation])
                        return nil
                    }
                }
                if let known { continuation.resume(returning: known) }
            }
        }
    }
}
