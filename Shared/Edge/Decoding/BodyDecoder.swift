import FoundationEssentials
import Schema

/// Turns a body into a request type, and what can go wrong on the way into a ``RequestError``.
enum BodyDecoder {
    private enum Format {
        case json, form
    }

    /// - Parameter isLenient: whether JSON may write `"1"` for 1 and 1 for true, as forms must.
    static func decode<T: Decodable>(
        _ type: T.Type, from body: [UInt8], contentType: String?, isLenient: Bool
    ) throws(RequestError) -> T {
        let format = try format(of: contentType)
        do {
            if body.isEmpty { return try LenientDecoder.decode(type, from: .object([:])) }
            switch format {
            case .form:
                return try LenientDecoder.decode(type, from: try FormParser.parse(body))
            case .json:
                try JSONGuard.check(body)
                if isLenient { return try LenientDecoder.decode(type, from: try tree(body)) }
                return try strictly(type, body)
            }
        } catch {
            throw requestError(for: error)
        }
    }

    private static func tree(_ body: [UInt8]) throws -> JSONValue {
        try JSONValue(parsing: body, maximumDepth: JSONGuard.maximumDepth)
    }

    private static func strictly<T: Decodable>(_ type: T.Type, _ body: [UInt8]) throws -> T {
        do {
            return try JSON.decode(type, from: body)
        } catch DecodingError.dataCorrupted(let context) where context.codingPath.isEmpty {
            // Foundation does not say which number does not fit its field; the other decoder does.
            _ = try LenientDecoder.decode(type, from: try tree(body))
            throw DecodingError.dataCorrupted(context)
        }
    }

    /// Whether bodies of this Content-Type can be decoded.
    static func isReadable(_ contentType: String) -> Bool { (try? format(of: contentType)) != nil }

    /// A missing Content-Type counts as JSON.
    private static func format(of contentType: String?) throws(RequestError) -> Format {
        // Nearly every client sends one of these two, byte by byte.
        guard let contentType, contentType != "application/json" else { return .json }
        if contentType == "application/x-www-form-urlencoded" { return .form }
        let parts = contentType.lowercased().split(separator: ";").map { part in
            part.filter { $0 != " " && $0 != "\t" && $0 != "\"" }
        }
        if let charset = parts.dropFirst().first(where: { $0.hasPrefix("charset=") })?.dropFirst(8),
            charset != "utf-8", charset != "utf8", charset != "us-ascii"
        {
            throw .unsupportedMediaType
        }
        switch parts.first {
        case "application/x-www-form-urlencoded": return .form
        case "application/json", "text/json": return .json
        case let type? where type.hasPrefix("application/") && type.hasSuffix("+json"): return .json
        default: throw .unsupportedMediaType
        }
    }

    static func requestError(for error: any Error) -> RequestError {
        switch error {
        case let error as RequestError: error
        case DecodingError.keyNotFound(let key, let context): field(context.codingPath + [key], "required")
        case DecodingError.valueNotFound(_, let context): field(context.codingPath, "required")
        case DecodingError.typeMismatch(let type, let context): field(context.codingPath, "invalid_type", type)
        case DecodingError.dataCorrupted(let context): field(context.codingPath, "invalid")
        default: .malformedBody("The body is not valid JSON.")
        }
    }

    /// The fields and indices on the way to a place in the body.
    static func names(of path: [any CodingKey]) -> [String] {
        path.map { key in key.intValue.map(String.init) ?? key.stringValue }
    }

    private static func field(_ path: [any CodingKey], _ code: String, _ type: Any.Type? = nil) -> RequestError {
        guard !path.isEmpty else {
            // Without a place, the document as a whole is at fault.
            return .malformedBody(type == nil ? "The body is not valid JSON." : "The body must be a JSON object.")
        }
        let message =
            switch code {
            case "required": "This field is required."
            case "invalid_type": "This must be \(description(of: type))."
            default: "This value is not valid."
            }
        return .validation([FieldError(path: names(of: path), code: code, message: message)])
    }

    private static func description(of type: Any.Type?) -> String {
        switch type {
        case is String.Type, is any StringProtocol.Type: "a string"
        case is Bool.Type: "true or false"
        case is any FixedWidthInteger.Type: "a whole number"
        case is any BinaryFloatingPoint.Type, is Decimal.Type: "a number"
        case is [Any].Type: "an array"
        case is [String: Any].Type: "an object"
        default: "of another type"
        }
    }
}
