/// A set of names that may grow: a reader keeps a name it does not know instead of failing on it.
///
/// Events use this rather than `enum`. A new case of an `enum` would break every reader that is older than it, so no
/// state could ever be added to a published event.
public protocol ExtensibleEnum: RawRepresentable, Hashable, Codable, Sendable, SchemaDescribing, CustomStringConvertible
where RawValue == String {
    /// The names known today.
    static var allKnown: [Self] { get }
    /// Takes any name, known or not.
    init(rawValue: String)
}

extension ExtensibleEnum {
    /// Whether this is one of ``allKnown``.
    public var isKnown: Bool { Self.allKnown.contains(self) }

    /// The name as JSON has it.
    public var description: String { rawValue }

    /// A string; the names known today are listed for people (`x-extensible-enum`).
    public static var schema: JSONSchema {
        JSONSchema(["type": "string", "x-extensible-enum": .array(allKnown.map { .string($0.rawValue) })])
    }
}
