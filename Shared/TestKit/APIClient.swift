import AsyncHTTPClient
import NIOCore
import NIOHTTP1
public import Schema

/// Speaks JSON to a running stack as a client with one key.
public struct APIClient: Sendable {
    /// An answer of any status.
    public struct Reply: Sendable {
        public let status: Int
        /// By lower-case name.
        public let headers: [String: String]
        public let body: [UInt8]

        public var text: String { String(decoding: body, as: UTF8.self) }

        /// - Throws: what JSON throws for a body that is none.
        public var json: JSONValue { get throws { try JSON.decode(JSONValue.self, from: body) } }
    }

    public let baseURL: String
    /// The Authorization header; nil sends none.
    public let authorization: String?

    public init(baseURL: String, authorization: String?) {
        self.baseURL = baseURL
        self.authorization = authorization
    }

    /// Sends one request.
    ///
    /// - Throws: when no answer came.
    public func send(
        _ method: String, _ path: String, body: JSONValue? = nil, headers: [String: String] = [:]
    ) async throws -> Reply {
        try await send(method, path, bytes: body.map { try JSON.encode($0) }, headers: headers)
    }

    /// Sends one request with any body.
    public func send(
        _ method: String, _ path: String, bytes: [UInt8]?, headers: [String: String] = [:]
    ) async throws -> Reply {
        var request = HTTPClientRequest(url: baseURL + path)
        request.method = .init(rawValue: method)
        if let authorization { request.headers.add(name: "Authorization", value: authorization) }
        if bytes != nil, headers["Content-Type"] == nil {
            request.headers.add(name: "Content-Type", value: "application/json")
        }
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let bytes { request.body = .bytes(bytes) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(20))
        let collected = try await response.body.collect(upTo: 16 << 20)
        var fields: [String: String] = [:]
        for (name, value) in response.headers { fields[name.lowercased()] = value }
        return Reply(status: Int(response.status.code), headers: fields, body: Array(collected.readableBytesView))
    }
}

extension JSONValue {
    /// The text of a string.
    public var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// An integer number.
    public var integer: Int64? {
        if case .number(let number) = self { number.int64 } else { nil }
    }

    /// The elements of an array.
    public var array: [JSONValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }
}
