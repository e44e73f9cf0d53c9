public import HTTPTypes
import Schema

/// The CRM and SMS consent API: `x-api-key`, errors as `{code, message, request_id, details?}`.
public struct Noticia: Dialect {
    /// The dialect has no settings.
    public init() {}

    public var name: DialectName { .noticia }

    public func credential(in headers: HTTPFields) -> String? {
        headers[.apiKey]
    }

    public func render(_ error: RequestError, requestID: String) -> APIResponse {
        var document: [String: JSONValue] = [
            "code": .string(Self.code(of: error)), "message": .string(Self.message(of: error)),
            "request_id": .string(requestID),
        ]
        switch error {
        case .conflict(_, _, let details) where !details.isEmpty:
            document["details"] = .object(details)
        case .validation(let errors):
            document["details"] = ["fields": errors.messagesByPath]
        default: break
        }
        return answer(error.status, error, .object(document))
    }

    private static func code(of error: RequestError) -> String {
        switch error {
        case .unauthorized: "AUTH_INVALID_API_KEY"
        case .forbidden: "AUTH_FORBIDDEN"
        case .notFound, .unknownPath: "RESOURCE_NOT_FOUND"
        case .methodNotAllowed: "METHOD_NOT_ALLOWED"
        case .validation, .rejected, .malformedBody, .idempotencyKeyMissing: "VALIDATION_ERROR"
        case .conflict: "RESOURCE_CONFLICT"
        case .unsupportedMediaType: "UNSUPPORTED_MEDIA_TYPE"
        case .notAcceptable: "NOT_ACCEPTABLE"
        case .payloadTooLarge: "PAYLOAD_TOO_LARGE"
        case .rateLimited: "RATE_LIMIT_EXCEEDED"
        case .idempotencyMismatch: "IDEMPOTENCY_KEY_REUSED"
        case .idempotencyInFlight: "IDEMPOTENCY_KEY_IN_USE"
        case .requestTimeout: "REQUEST_TIMEOUT"
        case .timeout: "TIMEOUT"
        case .unavailable: "SERVICE_UNAVAILABLE"
        case .internalError: "INTERNAL_ERROR"
        }
    }

    private static func message(of error: RequestError) -> String {
        switch error {
        case .unauthorized: "The provided API key is not valid."
        case .notFound(let resource): "No \(resource) matches this reference."
        case .internalError: "An unexpected error occurred. Quote the request_id when contacting support."
        default: error.message
        }
    }
}
