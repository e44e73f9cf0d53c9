public import Schema

/// Everything that can be wrong with a request, independent of dialect.
///
/// Handlers and Edge throw it; each ``Dialect`` maps it to its documented status and envelope in `render`, its one place.
public enum RequestError: Error, Equatable, Sendable {
    /// No key, or one that is malformed, forged, expired or revoked.
    case unauthorized
    /// The key is valid but may not do this; the text says what is missing.
    case forbidden(String)
    /// The key is valid, but not for requests from where this one comes from.
    case addressNotAllowed
    /// No such resource; the text is its kind in lower case (`order`, `sales event`).
    case notFound(String)
    /// No route has this path.
    case unknownPath
    /// The path exists, the method does not; the answer's `Allow` header is set by the router.
    case methodNotAllowed
    /// Fields are missing or wrong.
    case validation([FieldError])
    /// Well-formed and valid by field, but refused by a business rule ("Customer is already blacklisted").
    case rejected(code: String, message: String)
    /// Collides with what exists; `details` tells a machine with what.
    case conflict(code: String, message: String, details: [String: JSONValue] = [:])
    /// The bytes of the request cannot be read: broken JSON or form, invalid UTF-8, NUL, too deep; the text says where.
    case malformedBody(String)
    case unsupportedMediaType
    /// The client does not take JSON, where its API demands that it says so.
    case notAcceptable
    case payloadTooLarge
    case rateLimited(retryAfter: Duration)
    /// This operation needs an `Idempotency-Key` header.
    case idempotencyKeyMissing
    /// The key was used before with another request.
    case idempotencyMismatch
    /// The first request with this key is still running.
    case idempotencyInFlight
    /// The client sent its request too slowly.
    case requestTimeout
    /// The request took too long here; whether it had an effect is unknown.
    case timeout
    /// A dependency is away for the moment; the same request can be sent again.
    case unavailable
    /// A defect of ours; logged with the request id.
    case internalError
}

/// One fault of one field of a request.
public struct FieldError: Equatable, Sendable {
    /// Where the field is, outermost name first: `["line_items", "0", "quantity"]`.
    public var path: [String]
    /// Stable, machine readable: `required`, `invalid_type`, `out_of_range`.
    public var code: String
    /// A sentence for people, without the field's name.
    public var message: String

    /// Makes a fault; the message does not repeat the field's name.
    public init(path: [String], code: String, message: String) {
        self.path = path
        self.code = code
        self.message = message
    }

    /// The path as documents write it: `line_items.0.quantity`.
    public var dottedPath: String { path.joined(separator: ".") }
}

extension RequestError {
    /// What is wrong with a part of a body, for types that catch it in `init(from:)`. Fields are named by their place in
    /// the whole body: decoding errors are so already, those that the part's own checks found get the part's place.
    public init(decoding error: any Error, in part: any Decoder) {
        guard case RequestError.validation(let errors) = error else {
            self = BodyDecoder.requestError(for: error)
            return
        }
        let place = BodyDecoder.names(of: part.codingPath)
        self = .validation(
            errors.map { FieldError(path: place + $0.path, code: $0.code, message: $0.message) })
    }

    /// The same, for answers that tell of each part by itself: fields are named by their place in the part.
    public init(decoding error: any Error, within part: any Decoder) {
        self.init(decoding: error, in: part)
        guard case .validation(let errors) = self else { return }
        let depth = BodyDecoder.names(of: part.codingPath).count
        self = .validation(
            errors.map { FieldError(path: Array($0.path.dropFirst(depth)), code: $0.code, message: $0.message) })
    }

    /// One fault of one top-level field.
    public static func invalid(_ field: String, code: String = "invalid", _ message: String) -> RequestError {
        .validation([FieldError(path: [field], code: code, message: message)])
    }

    /// How long the client should wait before it tries again, where that is known.
    public var retryAfter: Duration? {
        switch self {
        case .rateLimited(let duration): duration
        case .idempotencyInFlight, .unavailable: .seconds(1)
        default: nil
        }
    }
}
