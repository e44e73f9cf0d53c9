import FoundationEssentials

/// The one JSON coder for events and for all JSON kept in the database.
///
/// Keys are written in sorted order, so equal values give equal bytes. There is no key strategy: types spell their
/// snake_case keys out as `CodingKeys`, which is faster and can be searched for.
public enum JSON {
    private static let decoder = JSONDecoder()

    /// The value as UTF-8 JSON text.
    ///
    /// - Throws: `EncodingError`.
    public static func encode(_ value: some Encodable) throws -> [UInt8] {
        try JSONValueEncoder.encode(value)
    }

    /// Reads a value from UTF-8 JSON text.
    ///
    /// - Throws: `DecodingError`, for text that is no JSON too.
    public static func decode<Value: Decodable>(_ type: Value.Type = Value.self, from bytes: [UInt8]) throws -> Value {
        try decoder.decode(type, from: Data(bytes))
    }
}
