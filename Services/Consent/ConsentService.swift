public import Edge
public import Messaging
public import Postgres
public import Schema
public import ServiceKit
public import ServiceLifecycle

/// The people: customers of all channels, what they consent to, and who may not buy.
public struct ConsentService: CaravanService {
    public static let name = ServiceName.consent
    public static let migrations = [
        PostgresMigration(name: "0001_create_people.sql", sql: PackageResources._001_create_people_sql),
        PostgresMigration(
            name: "0002_create_checkout_customers.sql", sql: PackageResources._002_create_checkout_customers_sql),
        PostgresMigration(
            name: "0003_create_blacklistings.sql", sql: PackageResources._003_create_blacklistings_sql),
        PostgresMigration(
            name: "0004_create_customer_notes.sql", sql: PackageResources._004_create_customer_notes_sql),
    ]

    public let routes: [Route]
    public let handlers: [any EventHandler]
    public let jobs: [any Service]

    public init(platform: Platform) throws {
        let database = platform.database
        let people = People(outbox: platform.outbox, keyring: platform.keyring)
        let customerStore = CheckoutCustomerStore(database: database)
        let customers = CheckoutCustomers(store: customerStore, people: people, keyring: platform.keyring)
        let blacklist = Blacklist(
            database: database, customers: customerStore, outbox: platform.outbox, keyring: platform.keyring)
        let checks = StandingChecks(database: database, outbox: platform.outbox)
        let notes = HealthSuite.NoteRoutes(on: .customer, database: database) { number, account in
            try await customers.customer(CustomerKey(account: account, number: number)).map(NotedCustomerBody.init)
        }
        let idempotency = Idempotency(database: database, keyring: platform.keyring)
        routes =
            DealerCustomerRoutes(people: people, idempotency: idempotency).routes
            + BlacklistRoutes(customers: customers, blacklist: blacklist, checks: checks).routes + notes.routes
        handlers = [
            CheckoutCustomerSavedHandler(customers: customers), BlacklistAppliedHandler(blacklist: blacklist),
            CustomerStandingReportedHandler(checks: checks),
        ]
        jobs = [customers.arrivals, blacklist.applications, checks.answers]
    }
}
