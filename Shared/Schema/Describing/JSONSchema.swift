/// A JSON Schema of draft 2020-12, without references: each stands alone.
public struct JSONSchema: Hashable, Sendable {
    /// The schema as JSON.
    public let document: JSONValue

    /// Takes the members of a schema, such as `["type": "string"]`.
    public init(_ members: [String: JSONValue]) {
        document = .object(members)
    }

    /// The same schema with one more member, which replaces one of that name.
    public func with(_ name: String, _ value: JSONValue) -> JSONSchema {
        guard case .object(var members) = document else { return self }
        members[name] = value
        return JSONSchema(members)
    }
}

/// A type that knows the JSON Schema of what it encodes to.
public protocol SchemaDescribing {
    /// The schema; it must fit the type's `Codable` conformance, which tests check by changing the examples.
    static var schema: JSONSchema { get }
}

extension JSONSchema {
    /// A member of an object.
    public struct Property: Sendable {
        let name: String
        let schema: JSONSchema
        let isRequired: Bool

        /// A member that is always there.
        public static func required(
            _ key: some CodingKey, _ type: any SchemaDescribing.Type, _ description: String
        ) -> Property {
            Property(
                name: key.stringValue, schema: type.schema.with("description", .string(description)), isRequired: true)
        }

        /// A member that is left out where its value is nil.
        public static func optional(
            _ key: some CodingKey, _ type: any SchemaDescribing.Type, _ description: String
        ) -> Property {
            Property(
                name: key.stringValue, schema: type.schema.with("description", .string(description)), isRequired: false)
        }
    }

    /// An object with these members. Others may be added later; readers ignore what they do not know.
    public static func object(_ properties: [Property]) -> JSONSchema {
        var members: [String: JSONValue] = [:]
        for property in properties { members[property.name] = property.schema.document }
        return JSONSchema([
            "type": "object",
            "properties": .object(members),
            "required": .array(properties.filter(\.isRequired).map { .string($0.name) }),
        ])
    }
}
