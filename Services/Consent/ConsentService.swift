public import Edge
public import Messaging
public import Postgres
public import Schema
public import ServiceKit
public import ServiceLifecycle

/// The people: customers of all channels, and what they consent to.
public struct ConsentService: CaravanService {
    public static let name = ServiceName.consent
    public static let migrations = [
        PostgresMigration(name: "0001_create_people.sql", sql: PackageResources._001_create_people_sql)
    ]

    public let routes: [Route]
    public let handlers: [any EventHandler] = []
    public let jobs: [any Service] = []

    public init(platform: Platform) throws {
        let people = People(outbox: platform.outbox, keyring: platform.keyring)
        routes = DealerCustomerRoutes(people: people, idempotency: Idempotency(database: platform.database)).routes
    }
}
