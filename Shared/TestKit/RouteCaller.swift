public import Edge
import HTTPTypes
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
        var response: APIResponse
        do {
            let request = try APIRequest(
                route: route, parameters: parameters, query: query, headers: headers,
                principal: Principal(account: other ?? account, keyID: "key_test", dialects: [route.dialect.name]),
                body: try body.map { try JSON.encode($0) } ?? [])
            response = try await route.handler(request)
        } catch let error as RequestError {
            response = route.dialect.render(error, requestID: "req_test")
        }
        let isText = response.headers[.contentType]?.hasPrefix("text/") == true
        let body: JSONValue =
            isText
            ? .string(String(decoding: response.body, as: UTF8.self))
            : response.body.isEmpty ? .null : try JSON.decode(from: response.body)
        let fields = response.headers.map { ($0.name.canonicalName, $0.value) }
        return Answer(
            status: response.status.code, headers: Dictionary(fields) { first, _ in first }, body: body)
    }
}
