public import HTTPTypes
public import Schema

/// The manner of one of the APIs: where the key stands, how errors look, how loosely bodies are typed.
public protocol Dialect: Sendable {
    var name: DialectName { get }
    /// Where its routes are mounted, each of them under every prefix. The first is the documented one.
    var prefixes: [String] { get }
    /// Whether JSON bodies may write `"7"` for 7, `1` for true and `""` for nothing.
    var isLenient: Bool { get }
    /// The API key that a request carries; nil if there is none.
    func credential(in headers: HTTPFields) -> String?
    /// What the API demands of every request's headers, whatever the operation; checked once the key is known to be good.
    func check(_ request: HTTPRequest) throws(RequestError)
    /// The documented status and envelope of an error: the one place where errors become HTTP.
    func render(_ error: RequestError, requestID: String) -> APIResponse
    /// Adds what every answer of this API carries, beside `X-Request-Id` and the rate limit.
    func stamp(_ headers: inout HTTPFields, requestID: String, receivedAt: Timestamp)
}

extension Dialect {
    public var prefixes: [String] { [""] }
    public var isLenient: Bool { false }
    public func check(_ request: HTTPRequest) throws(RequestError) {}
    public func stamp(_ headers: inout HTTPFields, requestID: String, receivedAt: Timestamp) {}

    /// The key of `Authorization: <scheme> <key>`.
    func authorization(_ scheme: String, in headers: HTTPFields) -> String? {
        guard let value = headers[.authorization] else { return nil }
        let bytes = value.utf8
        let prefix = bytes.prefix(scheme.utf8.count)
        // Schemes are compared without regard to case (RFC 9110, 11.1).
        guard prefix.count < bytes.count, bytes[prefix.endIndex] == UInt8(ascii: " "),
            prefix.elementsEqual(scheme.utf8, by: { $0 | 0x20 == $1 | 0x20 })
        else { return nil }
        let key = value[prefix.endIndex...].drop { $0 == " " }
        return key.isEmpty ? nil : String(key)
    }

    /// Puts an error's document together; a `Retry-After` is added where the error knows one.
    func answer(
        _ status: HTTPResponse.Status, _ error: RequestError, contentType: String = "application/json; charset=utf-8",
        _ document: JSONValue
    ) -> APIResponse {
        var headers: HTTPFields = [.contentType: contentType]
        if let wait = error.retryAfter {
            // Whole seconds, rounded up: a client that comes back too early is refused again.
            let (seconds, attoseconds) = wait.components
            headers[.retryAfter] = String(max(1, attoseconds > 0 ? seconds + 1 : seconds))
        }
        return APIResponse(status: status, headers: headers, body: Array(document.serialized().utf8))
    }
}

/// The status and the words of an error where its dialect documents no others.
extension RequestError {
    var status: HTTPResponse.Status {
        switch self {
        case .unauthorized: .unauthorized
        case .forbidden, .addressNotAllowed: .forbidden
        case .notFound, .unknownPath: .notFound
        case .methodNotAllowed: .methodNotAllowed
        case .validation, .rejected, .malformedBody, .idempotencyKeyMissing: .badRequest
        case .conflict, .idempotencyMismatch, .idempotencyInFlight: .conflict
        case .unsupportedMediaType: .unsupportedMediaType
        case .notAcceptable: .notAcceptable
        case .payloadTooLarge: .contentTooLarge
        case .rateLimited: .tooManyRequests
        case .requestTimeout: .requestTimeout
        case .timeout: .gatewayTimeout
        case .unavailable: .serviceUnavailable
        case .internalError: .internalServerError
        }
    }

    var message: String {
        switch self {
        case .unauthorized: "The API key is missing or not valid."
        case .forbidden(let text): text
        case .addressNotAllowed: "This API key may not be used from this address."
        case .notFound(let resource): "No such \(resource)."
        case .unknownPath: "There is nothing at this path."
        case .methodNotAllowed: "This path does not support this method."
        case .validation(let errors): errors.first.map(\.sentence) ?? "The request is not valid."
        case .rejected(_, let message): message
        case .conflict(_, let message, _): message
        case .malformedBody(let text): text
        case .unsupportedMediaType: "Content-Type must be application/json or application/x-www-form-urlencoded."
        case .notAcceptable: "Accept must cover application/json."
        case .payloadTooLarge: "The request body is too large."
        case .rateLimited: "Too many requests. Retry after a short delay."
        case .idempotencyKeyMissing: "An Idempotency-Key header of 1 to 255 visible characters is required."
        case .idempotencyMismatch: "This Idempotency-Key was already used with a different request."
        case .idempotencyInFlight: "A request with this Idempotency-Key is still being processed."
        case .requestTimeout: "The request was not received in time."
        case .timeout: "The request took too long."
        case .unavailable: "The service is temporarily unavailable. Retry after a short delay."
        case .internalError: "An unexpected error occurred. Quote the request id when contacting support."
        }
    }
}

extension FieldError {
    /// The field and what is wrong with it, in one sentence.
    var sentence: String { path.isEmpty ? message : "\(dottedPath): \(message)" }

    /// What the message says of the field itself: "must be a number."; nil where it speaks of something else, such as "This
    /// coupon has expired."
    var predicate: Substring? {
        guard let subject = ["This field ", "This value ", "This "].first(where: message.hasPrefix) else { return nil }
        let rest = message.dropFirst(subject.count)
        let verb = rest.prefix { $0 != " " }
        return ["must", "is", "has", "does", "cannot", "reads"].contains(verb) ? rest : nil
    }
}

extension [FieldError] {
    /// The messages by dotted path, as Laravel and its kin write them.
    var messagesByPath: JSONValue {
        .object(Dictionary(grouping: self, by: \.dottedPath).mapValues { .array($0.map { .string($0.message) }) })
    }
}

extension String {
    /// `sales event` → `Sales event`.
    var sentenceCased: String { prefix(1).uppercased() + dropFirst() }
}
