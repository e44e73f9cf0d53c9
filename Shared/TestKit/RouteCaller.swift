public import Edge
public import HTTPTypes
public import Schema

/// There is no such route among those that a test has.
public struct NoSuchRoute: Error, CustomStringConvertible {
    public let description: String
}

extension [Route] {
    /// Calls an operation as a client would whom the server has let in: permissions are looked at, and errors rendered as
    /// the route's dialect does.
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
        let principal = Principal(
            account: account, keyID: "key_test", dialects: [route.dialect.name], permissions: permissions)
        let response: APIResponse
        do {
            if let permission = route.permission, !principal.may(permission) {
                throw RequestError.forbidden(permission.rawValue)
            }
            response = try await route.handler(
                APIRequest(
                    route: route, parameters: parameters, query: query, headers: headers, principal: principal,
                    body: bytes))
        } catch let error as RequestError {
            response = route.dialect.render(error, requestID: "req_test")
        }
        let json = response.body.isEmpty ? .null : try JSONValue(parsing: response.body)
        return (response.status.code, json)
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
