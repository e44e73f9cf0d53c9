public import HTTPTypes
import Schema

/// The checkout funnel API: bearer keys with permissions, errors as `{success: false, message, errors}`; a refusal
/// by field or rule is a 422.
public struct HealthSuite: Dialect {
    /// The dialect has no settings.
    public init() {}

    public var name: DialectName { .healthSuite }
    public var isLenient: Bool { true }

    public func credential(in headers: HTTPFields) -> String? {
        authorization("Bearer", in: headers)
    }

    public func render(_ error: RequestError, requestID: String) -> APIResponse {
        var errors = JSONValue.null
        if case .validation(let fields) = error { errors = fields.messagesByPath }
        return answer(
            Self.status(of: error), error,
            ["success": false, "message": .string(Self.message(of: error)), "errors": errors])
    }

    private static func status(of error: RequestError) -> HTTPResponse.Status {
        switch error {
        case .validation, .rejected: .unprocessableContent
        // "If these headers are not included, the API will return a 400 Bad Request."
        case .unsupportedMediaType: .badRequest
        default: error.status
        }
    }

    private static func message(of error: RequestError) -> String {
        switch error {
        case .validation: "Validation error"
        case .notFound(let resource): "\(resource.sentenceCased) not found"
        case .unauthorized: "Unauthenticated."
        case .unsupportedMediaType: "Content-Type must be application/json"
        case .rateLimited: "Too many requests."
        default: error.message
        }
    }
}
