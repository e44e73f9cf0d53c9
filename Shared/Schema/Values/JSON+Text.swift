import FoundationEssentials

/// Text columns hold JSON as strings.
extension JSON {
    /// The value as JSON text.
    ///
    /// - Throws: `EncodingError`.
    public static func text(_ value: some Encodable) throws -> String {
        String(decoding: try encode(value), as: UTF8.self)
    }

    /// Reads a value from JSON text.
    ///
    /// - Throws: `DecodingError`, for text that is no JSON too.
    public static func decode<Value: Decodable>(_ type: Value.Type = Value.self, from text: String) throws -> Value {
        try decode(type, from: Array(text.utf8))
    }
}

extension JSONValue {
    /// Tells objects from all other values.
    public var isObject: Bool {
        if case .object = self { true } else { false }
    }
}
