public import HTTPTypes
public import Schema

/// The clienteling API: `Authorization: API_KEY …`, everything in one envelope, errors under `error` and `result` null.
public struct RetailOS: Dialect {
    /// What `X-Ra-Server-Version` says.
    public static let serverVersion = "2.11.29"

    /// What an address consists of: texts, each of which may be missing.
    public static let addressFields = ["address1", "address2", "city", "county", "postCode", "country"]

    /// The dialect has no settings.
    public init() {}

    public var name: DialectName { .retailOS }

    public func credential(in headers: HTTPFields) -> String? {
        authorization("API_KEY", in: headers)
    }

    public func render(_ error: RequestError, requestID: String) -> APIResponse {
        let receivedAt = Timestamp.now()
        var details: JSONValue = [:]
        switch error {
        case .validation(let errors): details = errors.messagesByPath
        case .conflict(_, _, let fields): details = .object(fields)
        default: break
        }
        let message = Self.message(of: error)
        var response = answer(
            error.status, error,
            [
                "statusCode": .number(JSONNumber(error.status.code)),
                "statusMessage": .string(error.status.reasonPhrase),
                "userMessage": .string(message),
                "error": ["code": .string(Self.code(of: error)), "message": .string(message), "details": details],
                "meta": ["requestId": .string(requestID), "requestTimestamp": .string(receivedAt.rfc3339)],
                "result": .null,
            ])
        stamp(&response.headers, requestID: requestID, receivedAt: receivedAt)
        return response
    }

    public func stamp(_ headers: inout HTTPFields, requestID: String, receivedAt: Timestamp) {
        if headers.contains(Self.requestIDHeader) { return }
        headers[Self.requestIDHeader] = requestID
        headers[Self.timestampHeader] = receivedAt.rfc3339
        headers[Self.versionHeader] = Self.serverVersion
    }

    private static let requestIDHeader = HTTPField.Name.known("X-Ra-Request-Id")
    private static let timestampHeader = HTTPField.Name.known("X-Ra-Request-Timestamp")
    private static let versionHeader = HTTPField.Name.known("X-Ra-Server-Version")

    private static func code(of error: RequestError) -> String {
        switch error {
        case .unauthorized: "UNAUTHORIZED"
        case .forbidden, .addressNotAllowed: "FORBIDDEN"
        case .notFound, .unknownPath: "NOT_FOUND"
        case .methodNotAllowed: "METHOD_NOT_ALLOWED"
        case .validation, .rejected: "VALIDATION_ERROR"
        case .conflict(let code, _, _): code.uppercased()
        case .malformedBody, .idempotencyKeyMissing: "BAD_REQUEST"
        case .unsupportedMediaType: "UNSUPPORTED_MEDIA_TYPE"
        case .notAcceptable: "NOT_ACCEPTABLE"
        case .payloadTooLarge: "PAYLOAD_TOO_LARGE"
        case .rateLimited: "TOO_MANY_REQUESTS"
        case .idempotencyMismatch, .idempotencyInFlight: "CONFLICT"
        case .requestTimeout: "REQUEST_TIMEOUT"
        case .timeout: "TIMEOUT"
        case .unavailable: "SERVICE_UNAVAILABLE"
        case .internalError: "INTERNAL_ERROR"
        }
    }

    private static func message(of error: RequestError) -> String {
        switch error {
        case .unauthorized: "Request unauthorized"
        case .validation: "Validation error"
        case .notFound(let resource): "\(resource.sentenceCased) not found"
        default: error.message
        }
    }
}
