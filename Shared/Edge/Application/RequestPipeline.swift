import HTTPTypes
import Logging
import Schema

/// What happens to every request between the socket and its handler, and to every answer on the way back.
struct RequestPipeline: Sendable {
    /// A route at its place in the tree.
    struct Endpoint: Sendable {
        let route: Route
        let parameterNames: [String]
        let metrics: RouteMetrics
    }

    let routes: RouteTree<Endpoint>
    let unmatched = RouteMetrics(route: "unmatched")
    let verifier: APIKeyVerifier
    let limiter = RateLimiter()
    let limits: EdgeLimits
    let proxies: TrustedProxies
    let deadlines: DeadlineWatch
    let logger: Logger

    init(
        routes: [Route], verifier: APIKeyVerifier, limits: EdgeLimits, proxies: TrustedProxies,
        deadlines: DeadlineWatch, logger: Logger
    ) {
        var tree = RouteTree<Endpoint>()
        for route in routes {
            let metrics = RouteMetrics(route: route.name)
            for mount in route.mounts {
                let names = RouteTree<Endpoint>.parameterNames(of: mount)
                tree.insert(Endpoint(route: route, parameterNames: names, metrics: metrics), at: mount)
            }
        }
        self.routes = tree
        self.verifier = verifier
        self.limits = limits
        self.proxies = proxies
        self.deadlines = deadlines
        self.logger = logger
    }

    /// Answers a request. It never fails: whatever happens becomes an answer of the request's dialect.
    ///
    /// - Parameters:
    ///   - peer: gives the address at the other end of the connection; it is only asked for keys of certain addresses.
    ///   - executor: runs the handler; nil for Swift's own.
    ///   - readBody: gives the whole body, or throws why it cannot; it is called at most once.
    func respond(
        to head: HTTPRequest, peer: () -> NetworkAddress?, on executor: LoopExecutor?,
        readBody: () async throws(RequestError) -> [UInt8]
    ) async -> APIResponse {
        var exchange = Exchange(head)
        var response: APIResponse
        do {
            response = try await handle(&exchange, peer, executor, readBody)
        } catch {
            response = exchange.dialect.render(
                requestError(for: error, exchange), requestID: exchange.requestID)
            if let allowed = exchange.allowedMethods { response.headers[.allow] = allowed }
        }
        exchange.stamp(&response.headers)
        finish(exchange, response.status)
        return response
    }

    private func handle(
        _ exchange: inout Exchange, _ peer: () -> NetworkAddress?, _ executor: LoopExecutor?,
        _ readBody: () async throws(RequestError) -> [UInt8]
    ) async throws -> APIResponse {
        let method = exchange.method
        guard let match = routes.match(exchange.path, preferring: { $0.route.method == method }) else {
            exchange.dialect = Dialects.dialect(forPath: String(exchange.path))
            throw RequestError.unknownPath
        }
        let endpoint = try exchange.select(from: match.values)
        let route = endpoint.route
        let principal = try await admit(&exchange, to: route, peer)
        try route.dialect.check(exchange.head)
        let parameters = match.parameters.compactMap { PercentEncoding.decode($0.utf8) }
        guard parameters.count == match.parameters.count else {
            throw RequestError.malformedBody("The path is not valid percent-encoded UTF-8.")
        }
        let request = APIRequest(
            path: String(exchange.path), headers: exchange.head.headerFields, principal: principal,
            requestID: exchange.requestID, receivedAt: exchange.receivedAt,
            body: route.method == .get ? [] : try await readBody(), route: route,
            query: try QueryParameters(exchange.query),
            parameters: RouteParameters(names: endpoint.parameterNames, values: parameters))
        return try await run(route.handler, request, &exchange, executor)
    }

    /// Checks key, API, address, rate and permission.
    private func admit(
        _ exchange: inout Exchange, to route: Route, _ peer: () -> NetworkAddress?
    ) async throws(RequestError) -> Principal {
        var principal: Principal?
        if let token = route.dialect.credential(in: exchange.head.headerFields) {
            principal = await verifier.principal(of: token, now: exchange.receivedAt)
        }
        guard let principal, principal.dialects.contains(route.dialect.name) else {
            if route.isPublic { return .anonymous }
            throw principal == nil ? .unauthorized : .forbidden("This API key is not valid for this API.")
        }
        // Before the rate: who has found a key does not use up what its owner may send.
        guard principal.mayCome(from: proxies.client(of: exchange.head.headerFields, peer: peer())) else {
            if route.isPublic { return .anonymous }
            throw .addressNotAllowed
        }
        exchange.principal = principal
        let verdict = limiter.take(principal.keyID, limit: principal.rateLimit, now: exchange.receivedAt)
        exchange.rateLimit = verdict
        guard verdict.isAllowed else { throw .rateLimited(retryAfter: .milliseconds(verdict.reset)) }
        if let permission = route.permission, !principal.may(permission) {
            throw .forbidden("This API key does not have the permission \(permission.rawValue).")
        }
        return principal
    }

    /// Runs the handler within its trace, for a limited time.
    private func run(
        _ handler: @escaping Route.Handler, _ request: APIRequest, _ exchange: inout Exchange,
        _ executor: LoopExecutor?
    ) async throws -> APIResponse {
        let work = TraceContext.$current.withValue(exchange.trace) {
            // A task of its own does not inherit the executor.
            Task(executorPreference: executor) { try await handler(request) }
        }
        let token = deadlines.schedule(at: exchange.start + limits.handlerTimeout) { work.cancel() }
        let result = await withTaskCancellationHandler {
            await work.result
        } onCancel: {
            work.cancel()
        }
        exchange.isOutOfTime = !deadlines.cancel(token)
        return try result.get()
    }

    private func finish(_ exchange: Exchange, _ status: HTTPResponse.Status) {
        let duration = exchange.start.duration(to: .now)
        (exchange.endpoint?.metrics ?? unmatched).record(status: status.code, duration: duration)
        let level: Logger.Level =
            switch status.code {
            case ..<400: .debug
            case ..<500: .info
            default: .warning
            }
        logger.log(level: level, "request", metadata: exchange.metadata(status, duration))
    }
}
