import HTTPTypes
import Logging
import Schema

/// One request on its way through the pipeline, with what has been found out about it so far.
struct Exchange {
    let head: HTTPRequest
    let path: Substring
    let query: Substring?
    let requestID: String
    let trace: TraceContext
    let receivedAt = Timestamp.now()
    let start = ContinuousClock.now
    var dialect: any Dialect = WatchTraderHub()
    var endpoint: RequestPipeline.Endpoint?
    var allowedMethods: String?
    var principal: Principal?
    var rateLimit: RateLimiter.Verdict?
    /// Whether the handler was cancelled because its time was over.
    var isOutOfTime = false

    init(_ head: HTTPRequest) {
        self.head = head
        let target = head.path ?? ""
        if let mark = target.utf8.firstIndex(of: UInt8(ascii: "?")) {
            path = target[..<mark]
            query = target[target.utf8.index(after: mark)...]
        } else {
            path = target[...]
            query = nil
        }
        if let id = head.headerFields[.requestID], RequestID.isAcceptable(id) {
            requestID = id
        } else {
            requestID = RequestID.make()
        }
        trace = head.headerFields[.traceparent].flatMap(TraceContext.init)?.child() ?? .random()
    }

    /// The method that answers the request: HEAD is GET without the body.
    var method: HTTPRequest.Method { head.method == .head ? .get : head.method }

    /// Finds the endpoint for the request's method among those at its path.
    mutating func select(
        from endpoints: [RequestPipeline.Endpoint]
    ) throws(RequestError) -> RequestPipeline.Endpoint {
        if let endpoint = endpoints.first(where: { $0.route.method == method }) {
            self.endpoint = endpoint
            dialect = endpoint.route.dialect
            return endpoint
        }
        if let endpoint = endpoints.first { dialect = endpoint.route.dialect }
        let methods = Set(endpoints.map(\.route.method.rawValue))
        allowedMethods = methods.union(methods.contains("GET") ? ["HEAD"] : []).sorted().joined(separator: ", ")
        throw .methodNotAllowed
    }

    /// Adds the headers that every answer carries.
    func stamp(_ headers: inout HTTPFields) {
        headers[.requestID] = requestID
        if let rateLimit {
            headers[.rateLimitLimit] = String(rateLimit.limit)
            headers[.rateLimitRemaining] = String(rateLimit.remaining)
            headers[.rateLimitReset] = String(rateLimit.reset)
        }
        dialect.stamp(&headers, requestID: requestID, receivedAt: receivedAt)
    }

    /// The access log's entry. The route stands for the path, which may hold personal data.
    func metadata(_ status: HTTPResponse.Status, _ duration: Duration) -> Logger.Metadata {
        var metadata: Logger.Metadata = [
            EdgeLogKey.method: "\(head.method.rawValue)",
            EdgeLogKey.route: "\(endpoint?.route.template ?? "unmatched")",
            EdgeLogKey.status: "\(status.code)", EdgeLogKey.requestID: "\(requestID)",
            EdgeLogKey.milliseconds: "\(duration.wholeMilliseconds)",
            EdgeLogKey.traceparent: "\(trace.traceparent)",
        ]
        if let principal {
            metadata[EdgeLogKey.account] = "\(principal.account)"
            metadata[EdgeLogKey.keyID] = "\(principal.keyID)"
        }
        return metadata
    }
}

extension Duration {
    var wholeMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000 + attoseconds / 1_000_000_000_000_000
    }
}
