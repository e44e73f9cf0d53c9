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

    /// The code that an error has in this API.
    public static func code(of error: RequestError) -> String {
        switch error {
        case .unauthorized: "AUTH_INVALID_API_KEY"
        case .forbidden, .addressNotAllowed: "AUTH_FORBIDDEN"
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

    /// What this API says of an error.
    public static func message(of error: RequestError) -> String {
        switch error {
        case .unauthorized: "The provided API key is not valid."
        case .notFound(let resource):
            resource.contains(" matches ") ? "No \(resource)." : "No \(resource) matches this reference."
        case .validation(let errors): errors.first.map(sentence) ?? error.message
        case .internalError: "An unexpected error occurred. Quote the request_id when contacting support."
        default: error.message
        }
    }

    /// `phone_number must be a valid E.164 number.`
    private static func sentence(of fault: FieldError) -> String {
        guard let predicate = fault.predicate, !fault.path.isEmpty else { return fault.sentence }
        return "\(fault.dottedPath) \(predicate)"
    }
}

extension RequestError {
    /// Nothing is found by what this API was given: `No profile matches the given phone number.`
    public static func noMatch(of resource: String, for given: String) -> RequestError {
        .notFound("\(resource) matches the given \(given)")
    }
}
