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

    /// "If these headers are not included, the API will return a 400 Bad Request." A request without a body has no type
    /// to tell; the saved examples send forms, so those are as good as JSON.
    public func check(_ request: HTTPRequest) throws(RequestError) {
        guard MediaRange.anyCovers("application", "json", in: request.headerFields[.accept] ?? "") else {
            throw .notAcceptable
        }
        guard [.post, .put, .patch].contains(request.method) else { return }
        guard let type = request.headerFields[.contentType], BodyDecoder.isReadable(type) else {
            throw .unsupportedMediaType
        }
    }

    public func render(_ error: RequestError, requestID: String) -> APIResponse {
        let message = JSONValue.string(Self.message(of: error))
        // "All 4xx and 5xx errors return an error message via the errors field", also those of no field.
        var document: [String: JSONValue] = [
            "success": false, "message": message, "errors": ["request": [message]],
        ]
        if case .validation(let fields) = error { document["errors"] = fields.map(\.namingItsField).messagesByPath }
        let status = Self.status(of: error)
        if status.kind == .serverError { document["error"] = message }
        return answer(status, error, .object(document))
    }

    private static func status(of error: RequestError) -> HTTPResponse.Status {
        switch error {
        case .validation, .rejected: .unprocessableContent
        case .unsupportedMediaType, .notAcceptable: .badRequest
        default: error.status
        }
    }

    private static func message(of error: RequestError) -> String {
        switch error {
        case .validation: "Validation error"
        case .notFound(let resource): "\(resource.sentenceCased) not found"
        case .unauthorized: "Unauthenticated."
        case .forbidden: "Unauthorized. Token lacks the necessary permissions."
        case .unsupportedMediaType: "Content-Type must be application/json"
        case .notAcceptable: "Accept must be application/json"
        case .rateLimited: "Too many requests."
        default: error.message
        }
    }
}

extension FieldError {
    /// The fault in the words of this API: "The email field is required."
    fileprivate var namingItsField: FieldError {
        guard let predicate, let last = path.last else { return self }
        // An entry of a list has no name of its own.
        let name = Int(last) == nil ? last.replacing("_", with: " ") : dottedPath
        var fault = self
        fault.message = "The \(name) field \(predicate)"
        return fault
    }
}
