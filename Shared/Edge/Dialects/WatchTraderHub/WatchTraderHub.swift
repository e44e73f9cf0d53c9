public import HTTPTypes
public import Schema

/// The dealer API: bearer keys, errors as `{"error": {type, code, message, param, doc_url, request_id}}`.
public struct WatchTraderHub: Dialect {
    /// The dialect has no settings.
    public init() {}

    public var name: DialectName { .watchTraderHub }
    public var prefixes: [String] { ["/v1", "/api/v1"] }

    public func credential(in headers: HTTPFields) -> String? {
        authorization("Bearer", in: headers)
    }

    public func render(_ error: RequestError, requestID: String) -> APIResponse {
        answer(error.status, error, ["error": Self.errorObject(error, requestID: requestID)])
    }

    /// The `error` member of an error document; bulk answers have one for each entry at fault.
    public static func errorObject(_ error: RequestError, requestID: String) -> JSONValue {
        let (type, code) = classify(error)
        var param = JSONValue.null
        if case .validation(let errors) = error, let path = errors.first?.dottedPath, !path.isEmpty {
            param = .string(path)
        }
        return [
            "type": .string(type), "code": .string(code), "message": .string(error.message), "param": param,
            "doc_url": "/api/v1/openapi.json#/components/schemas/Error", "request_id": .string(requestID),
        ]
    }

    private static func classify(_ error: RequestError) -> (type: String, code: String) {
        switch error {
        case .unauthorized: ("authentication_error", "invalid_api_key")
        case .forbidden: ("permission_error", "forbidden")
        case .addressNotAllowed: ("permission_error", "address_not_allowed")
        case .notFound(let resource): ("invalid_request_error", "\(resource.replacing(" ", with: "_"))_not_found")
        case .unknownPath: ("invalid_request_error", "unknown_path")
        case .methodNotAllowed: ("invalid_request_error", "method_not_allowed")
        case .validation(let errors): ("invalid_request_error", errors.first?.code ?? "invalid")
        case .rejected(let code, _), .conflict(let code, _, _): ("invalid_request_error", code)
        case .malformedBody: ("invalid_request_error", "malformed_body")
        case .unsupportedMediaType: ("invalid_request_error", "unsupported_media_type")
        case .notAcceptable: ("invalid_request_error", "not_acceptable")
        case .payloadTooLarge: ("invalid_request_error", "payload_too_large")
        case .rateLimited: ("rate_limit_error", "rate_limit_exceeded")
        case .idempotencyKeyMissing: ("idempotency_error", "idempotency_key_required")
        case .idempotencyMismatch: ("idempotency_error", "idempotency_key_reused")
        case .idempotencyInFlight: ("idempotency_error", "idempotency_key_in_use")
        case .requestTimeout: ("invalid_request_error", "request_timeout")
        case .timeout: ("api_error", "timeout")
        case .unavailable: ("api_error", "unavailable")
        case .internalError: ("api_error", "internal_error")
        }
    }
}
