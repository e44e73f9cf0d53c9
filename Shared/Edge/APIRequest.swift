import FoundationEssentials
public import HTTPTypes
public import Schema

/// A request that has passed the door: its route is known, its key verified, its body read.
public struct APIRequest: Sendable {
    /// `GET`, `POST`, ….
    public let method: String
    /// The path as sent, percent-encoded, without the query.
    public let path: String
    public let headers: HTTPFields
    /// Who sends it; ``Principal/anonymous`` on routes that need no key.
    public let principal: Principal
    /// The client's `X-Request-Id`, or ours.
    public let requestID: String
    /// When it arrived here.
    public let receivedAt: Timestamp
    public let body: [UInt8]
    public let dialect: any Dialect
    /// Method and template, the same for every mount point: `POST /v1/orders/{id}/cancel`.
    public let route: String
    public let query: QueryParameters
    let parameters: RouteParameters

    /// Makes a request by hand, for tests of handlers.
    ///
    /// - Throws: ``RequestError`` when `query` cannot be read.
    public init(
        route: Route, parameters: [String: String] = [:], query: String? = nil, headers: HTTPFields = [:],
        principal: Principal, body: [UInt8] = [], requestID: String = RequestID.make(), receivedAt: Timestamp = .now()
    ) throws(RequestError) {
        let names = RouteTree<Route>.parameterNames(of: route.template)
        var path = route.template
        for name in names {
            path = path.replacing("{\(name)}", with: PercentEncoding.encode(parameters[name] ?? "0"))
        }
        self.init(
            path: path, headers: headers, principal: principal, requestID: requestID, receivedAt: receivedAt,
            body: body,
            route: route, query: try QueryParameters(query),
            parameters: RouteParameters(names: names, values: names.map { parameters[$0] ?? "0" }))
    }

    init(
        path: String, headers: HTTPFields, principal: Principal, requestID: String, receivedAt: Timestamp,
        body: [UInt8], route: Route, query: QueryParameters, parameters: RouteParameters
    ) {
        method = route.method.rawValue
        self.path = path
        self.headers = headers
        self.principal = principal
        self.requestID = requestID
        self.receivedAt = receivedAt
        self.body = body
        dialect = route.dialect
        self.route = route.name
        self.query = query
        self.parameters = parameters
    }

    /// The decoded value of `{name}` in the route's template.
    ///
    /// - Throws: ``RequestError/internalError`` when the template has no such parameter.
    public func parameter(_ name: String) throws(RequestError) -> String {
        guard let value = parameters[name] else { throw .internalError }
        return value
    }

    /// Whether the client wants to send it again and have its effect once.
    public var hasIdempotencyKey: Bool { headers[.idempotencyKey] != nil }

    /// Method and path as documented, with this request's parameters: one operation on one thing, whatever the mount point.
    var operationPath: String {
        guard !parameters.names.isEmpty else { return route }
        var text = route
        for (name, value) in zip(parameters.names, parameters.values) {
            text = text.replacing("{\(name)}", with: PercentEncoding.encode(value))
        }
        return text
    }

    /// Decodes the body, JSON or a bracketed form by its Content-Type. No body counts as an empty object.
    ///
    /// - Throws: ``RequestError/validation(_:)`` naming the field at fault, ``RequestError/malformedBody(_:)``,
    ///   ``RequestError/unsupportedMediaType``, or the ``RequestError`` that a type's own `init(from:)` throws.
    public func decode<T: Decodable>(_ type: T.Type) throws(RequestError) -> T {
        try BodyDecoder.decode(type, from: body, contentType: headers[.contentType], isLenient: dialect.isLenient)
    }
}

/// The values of a route's parameters, in the order of its template.
struct RouteParameters: Sendable {
    let names: [String]
    let values: [String]

    subscript(name: String) -> String? {
        guard let index = names.firstIndex(of: name) else { return nil }
        return values[index]
    }
}

extension Principal {
    /// Nobody in particular: the principal of requests without a key, on routes that need none.
    public static let anonymous = Principal(
        account: ID(uuid: UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))), keyID: "", dialects: [],
        permissions: [], rateLimit: 0)
}
