public import Edge
public import HTTPTypes
public import Schema

/// Calls a service's routes as a client would, without a server; what a route throws is rendered in its dialect.
public struct RouteCaller: Sendable {
    /// What a client gets.
    public struct Answer: Sendable {
        public let status: Int
        /// By lower-case name.
        public let headers: [String: String]
        /// null where there is none; a text that is no JSON as a string.
        public let body: JSONValue
    }

    private let routes: [Route]
    /// Who calls, where nobody else is named.
    public let account = AccountID()

    public init(_ routes: [Route]) {
        self.routes = routes
    }

    /// - Parameters:
    ///   - name: Method and template: `GET /v1/stores/{store_id}`.
    ///   - key: The `Idempotency-Key`.
    ///   - other: The account that calls instead of ``account``.
    public func call(
        _ name: String, _ parameters: [String: String] = [:], query: String? = nil, body: JSONValue? = nil,
        key: String? = nil, as other: AccountID? = nil
    ) async throws -> Answer {
        guard let route = routes.first(where: { $0.name == name }) else { throw RequestError.unknownPath }
        var headers = HTTPFields()
        if let key, let name = HTTPField.Name("Idempotency-Key") { headers[name] = key }
        return try await route.answer(
            parameters, query: query, headers: headers, bytes: try body.map { try JSON.encode($0) } ?? [],
            account: other ?? account)
    }
}

extension Route {
    /// Answers as to a client whom the server has let in: permissions are looked at, and errors rendered as the dialect
    /// does.
    fileprivate func answer(
        _ parameters: [String: String], query: String?, headers: HTTPFields, bytes: [UInt8], account: AccountID,
        permissions: Set<String> = ["*"]
    ) async throws -> RouteCaller.Answer {
        let principal = Principal(
            account: account, keyID: "key_test", dialects: [dialect.name], permissions: permissions)
        let response: APIResponse
        do {
            if let permission, !principal.may(permission) { throw RequestError.forbidden(permission.rawValue) }
            response = try await handler(
                APIRequest(
                    route: self, parameters: parameters, query: query, headers: headers, principal: principal,
                    body: bytes))
        } catch let error as RequestError {
            response = dialect.render(error, requestID: "req_test")
        }
        let isText = response.headers[.contentType]?.hasPrefix("text/") == true
        let body: JSONValue =
            isText
            ? .string(String(decoding: response.body, as: UTF8.self))
            : response.body.isEmpty ? .null : try JSONValue(parsing: response.body)
        let fields = response.headers.map { ($0.name.canonicalName, $0.value) }
        return RouteCaller.Answer(
            status: response.status.code, headers: Dictionary(fields) { first, _ in first }, body: body)
    }
}

/// There is no such route among those that a test has.
public struct NoSuchRoute: Error, CustomStringConvertible {
    public let description: String
}

extension [Route] {
    /// Calls an operation for an account of the test's own.
    ///
    /// - Parameters:
    ///   - path: The route's template.
    ///   - parameters: What stands for the names in it.
    public func call(
        _ method: HTTPRequest.Method, _ path: String, _ parameters: [String: String] = [:], query: String? = nil,
        headers: HTTPFields = [:], bytes: [UInt8], account: AccountID, permissions: Set<String> = ["*"]
    ) async throws -> (status: Int, json: JSONValue) {
        guard let route = first(where: { $0.method == method && $0.template == path }) else {
            throw NoSuchRoute(description: "there is no \(method) \(path)")
        }
        let answer = try await route.answer(
            parameters, query: query, headers: headers, bytes: bytes, account: account, permissions: permissions)
        return (answer.status, answer.body)
    }

    /// The same with a body in JSON, or none.
    public func call(
        _ method: HTTPRequest.Method, _ path: String, _ parameters: [String: String] = [:], query: String? = nil,
        body: JSONValue? = nil, account: AccountID, permissions: Set<String> = ["*"]
    ) async throws -> (status: Int, json: JSONValue) {
        try await call(
            method, path, parameters, query: query, bytes: try body.map { try JSON.encode($0) } ?? [],
            account: account, permissions: permissions)
    }
}
