/// Something that happened, as other services and outside subscribers learn of it.
///
/// The payload's shape is a promise. A change gets the next ``version`` and must be compatible in both directions with
/// every earlier one, so one Swift type reads all versions of an event.
public protocol Event: Codable, Equatable, Sendable {
    /// The event's name in snake case, past tense: `order_placed`.
    static var name: String { get }
    /// The version of the payload, from 1.
    static var version: Int { get }
    /// Where it is published.
    static var topic: Topic { get }
    /// One sentence for the catalogue: what happened.
    static var summary: String { get }
    /// A payload with every optional member present, for documentation and tests.
    static var example: Self { get }
    /// Where this very event goes; ``topic`` for all events but ``EventParked``.
    var destination: Topic { get }
}

extension Event {
    public var destination: Topic { Self.topic }

    /// The type without its version: `com.caravan.orders.order_placed`. Consumers dispatch on it, since every version of
    /// an event can be read by one Swift type.
    public static var family: String { "com.caravan.\(topic.owner).\(name)" }

    /// The CloudEvents type: `com.caravan.orders.order_placed.v1`.
    public static var type: String { "\(family).v\(version)" }
}

/// An event with a JSON Schema, as every published one has.
public typealias DescribedEvent = Event & SchemaDescribing

extension Event where Self: SchemaDescribing {
    /// The payload's whole JSON Schema document, as it is committed under `docs/events`.
    public static var schemaDocument: JSONSchema {
        schema
            .with("$schema", "https://json-schema.org/draft/2020-12/schema")
            .with("$id", .string("urn:caravan:\(type)"))
            .with("title", .string(type))
            .with("description", .string(summary))
            .with("examples", .array([(try? JSON.decode(from: JSON.encode(example))) ?? .null]))
    }
}
