public import Edge
public import Messaging
public import Postgres
public import Schema
public import ServiceLifecycle

/// One of the five services: what it is called, what it stores, what it answers, what it listens to.
///
/// ``ServiceRunner`` makes a process of it; tests and benchmarks host it themselves.
public protocol CaravanService: Sendable {
    /// The service's name, which is also its schema's and its executable's.
    static var name: ServiceName { get }
    /// The service's own migrations, without those of Messaging.
    static var migrations: [PostgresMigration] { get }

    /// Puts the service together. Nothing runs yet and nothing is connected.
    init(platform: Platform) throws

    /// What it answers over HTTP.
    var routes: [Route] { get }
    /// What it does with events; the topics it reads follow from their payloads.
    var handlers: [any EventHandler] { get }
    /// What else runs while the process does.
    var jobs: [any Service] { get }
}

extension CaravanService {
    /// Everything that must be applied to the service's schema, in order.
    public static var allMigrations: [PostgresMigration] { MessagingMigrations.all + migrations }
}
