import Schema

/// A body, or an object in one, that is refused when it has a field that means nothing: nobody shall wait for the effect of a
/// misspelt setting, and a misspelt limit must not let more happen than was asked for.
public struct Exactly<Body: NamingItsFields>: Decodable {
    public let body: Body

    public init(from decoder: any Decoder) throws {
        let strangers = try decoder.fieldNames().filter { Body.CodingKeys(stringValue: $0) == nil }
        guard strangers.isEmpty else {
            let path = BodyDecoder.names(of: decoder.codingPath)
            throw RequestError.validation(
                strangers.map {
                    FieldError(path: path + [$0], code: "unknown_field", message: "There is no such field.")
                })
        }
        body = try Body(from: decoder)
    }
}

extension Exactly: Sendable where Body: Sendable {}

/// What is decoded by keys that others can see.
public protocol NamingItsFields: Decodable {
    associatedtype CodingKeys: CodingKey
}

extension Decoder {
    /// What the fields of an object are called, in order.
    public func fieldNames() throws -> [String] {
        try container(keyedBy: AnyKey.self).allKeys.map(\.stringValue).sorted()
    }
}

private struct AnyKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}
