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
        var errors = JSONValue.null
        if case .validation(let fields) = error { errors = fields.map(\.namingItsField).messagesByPath }
        return answer(
            Self.status(of: error), error,
            ["success": false, "message": .string(Self.message(of: error)), "errors": errors])
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
        guard let name = path.last?.replacing("_", with: " ") else { return self }
        var words = message.split(separator: " ")
        guard words.first == "This", words.count > 2 else { return self }
        words.removeFirst()
        if words[0] == "field" || words[0] == "value" { words.removeFirst() }
        // "This campaign does not …" speaks of something else.
        guard Self.verbs.contains(words[0]) else { return self }
        var fault = self
        fault.message = "The \(name) field \(words.joined(separator: " "))"
        return fault
    }

    private static let verbs: Set<Substring> = ["is", "must", "has", "does", "cannot", "reads"]
}
