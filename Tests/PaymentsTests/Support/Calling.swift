import Edge
import HTTPTypes
import Schema
import Testing

extension [Route] {
    /// Calls an operation as a client would, errors rendered as its dialect does.
    ///
    /// - Parameter path: The route's template.
    func call(
        _ method: HTTPRequest.Method, _ path: String, _ parameters: [String: String] = [:], query: String? = nil,
        body: JSONValue? = nil, account: AccountID, permissions: Set<String> = ["*"]
    ) async throws -> (status: Int, json: JSONValue) {
        let route = try #require(first { $0.method == method && $0.template == path })
        let principal = Principal(account: account, keyID: "key_test", dialects: [], permissions: permissions)
        let bytes = try body.map { try JSON.encode($0) } ?? []
        var response: APIResponse
        do {
            if let permission = route.permission, !principal.may(permission) {
                throw RequestError.forbidden(permission.rawValue)
            }
            let request = try APIRequest(
                route: route, parameters: parameters, query: query, principal: principal, body: bytes)
            response = try await route.handler(request)
        } catch let error as RequestError {
            response = route.dialect.render(error, requestID: "req_test")
        }
        let json = response.body.isEmpty ? .null : try JSON.decode(JSONValue.self, from: response.body)
        return (response.status.code, json)
    }
}

extension JSONValue {
    /// A member of a member: `["data", "tax_amount"]`; elements of arrays by their number.
    subscript(_ first: String, _ second: String, _ rest: String...) -> JSONValue? {
        ([first, second] + rest).reduce(self) { value, name in
            if case .array(let elements)? = value, let index = Int(name) {
                return elements.indices.contains(index) ? elements[index] : nil
            }
            return value?[name]
        }
    }

    /// A number's text.
    var numberText: String? {
        if case .number(let number) = self { number.text } else { nil }
    }
}
