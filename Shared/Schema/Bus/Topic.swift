/// A Kafka topic. This is the whole list of them; nothing else names a topic.
public struct Topic: Hashable, Sendable {
    /// The topic's name in Kafka, such as `orders.events.v1`.
    public let name: String
    /// What is found there.
    public let purpose: String
    /// What a record's key is. Records of one key keep their order.
    public let key: String
    /// How long the broker keeps records: `retention.ms`, in whole days.
    public let retention: Duration
    /// The first part of the name: the service that owns the topic.
    let owner: String

    private init(name: String, purpose: String, key: String, retention: Duration) {
        self.name = name
        self.purpose = purpose
        self.key = key
        self.retention = retention
        owner = String(name.prefix { $0 != "." })
    }

    /// Partitions a topic gets unless told otherwise: twelve replicas of a consuming service can share them.
    public static let defaultPartitions = 12

    /// The journals of the services hold events as long, and can replay them.
    private static let week = days(7)
    /// An older command has timed out.
    private static let day = days(1)
    private static let month = days(30)

    private static func days(_ count: Int64) -> Duration { .seconds(count * 24 * 3600) }

    /// The retention in words, such as `7 days`.
    public var retentionText: String {
        let days = retention.components.seconds / (24 * 3600)
        return days == 1 ? "1 day" : "\(days) days"
    }

    var isParked: Bool { name.hasSuffix(".parked.v1") }
}

extension Topic {
    /// `catalog.events.v1`
    public static let catalogEvents = Topic(
        name: "catalog.events.v1",
        purpose: "Listings, campaigns and stores as they change, and the stock that orders were given or refused.",
        key: "The listing's, the campaign's or the store's id; for stock events the order's id.",
        retention: week)

    /// `orders.events.v1`
    public static let ordersEvents = Topic(
        name: "orders.events.v1",
        purpose:
            "The life of every order, subscription and fulfillment, each event with a full snapshot of it, and the sales "
            + "that points of sale report.",
        key: "The id of what the event is about: the order, subscription, fulfillment, customer, sale …",
        retention: week)

    /// `consent.events.v1`
    public static let consentEvents = Topic(
        name: "consent.events.v1",
        purpose: "People, what they agreed to and who may not buy. Personal data is sealed.",
        key: "The customer's id, or the blacklisting's.",
        retention: week)

    /// `payments.events.v1`
    public static let paymentsEvents = Topic(
        name: "payments.events.v1",
        purpose: "What is owed and what was paid, without card data, and the public keys that cards are sealed with.",
        key: "The transaction's id, the receivable's or the card key's.",
        retention: week)

    /// `notifications.events.v1`
    public static let notificationsEvents = Topic(
        name: "notifications.events.v1",
        purpose:
            "API keys that came or went, webhook endpoints that were switched off, and numbers that want no more text "
            + "messages.",
        key: "The key's, the endpoint's or the message's id.",
        // A service that was down must still learn of revoked keys.
        retention: month)

    /// `catalog.commands.v1`
    public static let catalogCommands = Topic(
        name: "catalog.commands.v1",
        purpose: "What other services ask the catalog service.",
        key: "The question's id.",
        retention: day)

    /// `consent.commands.v1`
    public static let consentCommands = Topic(
        name: "consent.commands.v1",
        purpose: "What other services ask the consent service to do or to list.",
        key: "The question's or the job's id.",
        retention: day)

    /// `orders.commands.v1`
    public static let ordersCommands = Topic(
        name: "orders.commands.v1",
        purpose: "What other services ask the orders service to do.",
        key: "The order's id.",
        retention: day)

    /// `payments.commands.v1`
    public static let paymentsCommands = Topic(
        name: "payments.commands.v1",
        purpose: "What other services ask the payments service to do.",
        key: "The order's id.",
        retention: day)

    /// Where a service reports the events that it could not apply, `<service>.parked.v1`.
    public static func parked(of service: ServiceName) -> Topic {
        Topic(
            name: "\(service.rawValue).parked.v1",
            purpose: "Events that the \(service.rawValue) service could not apply and set aside, for alerts.",
            key: "The subject of the event that was parked.",
            retention: month)
    }

    /// The events topic of a service.
    public static func events(of service: ServiceName) -> Topic {
        switch service {
        case .catalog: .catalogEvents
        case .orders: .ordersEvents
        case .consent: .consentEvents
        case .payments: .paymentsEvents
        case .notifications: .notificationsEvents
        }
    }

    /// Stands for the five topics of ``parked(of:)``, where an event type must name one. It is none of ``all``.
    static let anyParked = Topic(
        name: "messaging.parked.v1",
        purpose: "Events that a service could not apply and set aside, for alerts.",
        key: "The subject of the event that was parked.",
        retention: month)

    /// Every topic that must exist.
    public static let all: [Topic] =
        ServiceName.allCases.map(events(of:))
        + [.catalogCommands, .consentCommands, .ordersCommands, .paymentsCommands]
        + ServiceName.allCases.map(parked(of:))
}
