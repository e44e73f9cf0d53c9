public import FoundationEssentials

/// A service could not apply an event. Later events of the same subject wait behind it.
public struct EventParked: DescribedEvent {
    public static let name = "event_parked"
    public static let version = 1
    public static let topic = Topic.anyParked
    public static let summary = "A service could not apply an event. Later events of the same subject wait behind it."

    /// The service that could not apply the event.
    public var service: ServiceName
    /// The event's id (`ce_id`).
    public var eventID: UUID
    /// The event's type (`ce_type`).
    public var type: String
    /// The topic it came from.
    public var topic: String
    /// The aggregate it is about (`ce_subject`).
    public var subject: String
    /// What went wrong, without personal data.
    public var error: String

    /// Makes the event. The error must not quote personal data.
    public init(service: ServiceName, eventID: UUID, type: String, topic: String, subject: String, error: String) {
        self.service = service
        self.eventID = eventID
        self.type = type
        self.topic = topic
        self.subject = subject
        self.error = error
    }

    /// The parked topic of the service that could not apply the event.
    public var destination: Topic { .parked(of: service) }

    enum CodingKeys: String, CodingKey {
        case service, type, topic, subject, error
        case eventID = "event_id"
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(service, forKey: .service)
        // As `ce_id` writes it: an id must be found by its text.
        try container.encode(eventID.lowercaseText, forKey: .eventID)
        try container.encode(type, forKey: .type)
        try container.encode(topic, forKey: .topic)
        try container.encode(subject, forKey: .subject)
        try container.encode(error, forKey: .error)
    }

    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.service, ServiceName.self, "The service that could not apply the event."),
            .required(CodingKeys.eventID, UUID.self, "The event's id (`ce_id`)."),
            .required(CodingKeys.type, String.self, "The event's type (`ce_type`)."),
            .required(CodingKeys.topic, String.self, "The topic it came from."),
            .required(CodingKeys.subject, String.self, "The aggregate it is about (`ce_subject`)."),
            .required(CodingKeys.error, String.self, "What went wrong, without personal data."),
        ])
    }

    public static var example: EventParked {
        EventParked(
            service: .orders, eventID: Examples.event.uuid, type: StockAllocated.type, topic: StockAllocated.topic.name,
            subject: Examples.order.description, error: "the order is unknown")
    }
}

extension ServiceName: SchemaDescribing {
    /// A plain string: another service must not break readers.
    public static var schema: JSONSchema { String.schema }
}
