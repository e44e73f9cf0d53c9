public import HTTPTypes
import Schema

/// An answer: status, headers and the whole body.
public struct APIResponse: Equatable, Sendable {
    public var status: HTTPResponse.Status
    public var headers: HTTPFields
    public var body: [UInt8]

    /// Makes an answer from its parts.
    public init(status: HTTPResponse.Status, headers: HTTPFields = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// Answers with `value` as JSON.
    public static func json(
        _ value: some Encodable, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]
    ) throws -> APIResponse {
        json(bytes: try JSON.encode(value), status: status, headers: headers)
    }

    /// Answers with bytes that are JSON already.
    public static func json(
        bytes: [UInt8], status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]
    ) -> APIResponse {
        var headers = headers
        headers[.contentType] = "application/json; charset=utf-8"
        return APIResponse(status: status, headers: headers, body: bytes)
    }

    /// 204, without a body.
    public static let noContent = APIResponse(status: .noContent)
}
