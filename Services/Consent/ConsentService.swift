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
        PostgresMigration(
            name: "0005_create_consent_ledger.sql", sql: PackageResources._005_create_consent_ledger_sql),
        PostgresMigration(name: "0006_create_profiles.sql", sql: PackageResources._006_create_profiles_sql),
        PostgresMigration(
            name: "0007_create_uncounted_sales.sql", sql: PackageResources._007_create_uncounted_sales_sql),
        PostgresMigration(name: "0008_create_retail_jobs.sql", sql: PackageResources._008_create_retail_jobs_sql),
        PostgresMigration(name: "0009_share_retail_jobs.sql", sql: PackageResources._009_share_retail_jobs_sql),
    ]

    public let routes: [Route]
    public let handlers: [any EventHandler]
    public let jobs: [any Service]

    public init(platform: Platform) throws {
        let database = platform.database
        let ledger = ConsentLedger(database: database)
        let people = People(database: database, ledger: ledger, outbox: platform.outbox, keyring: platform.keyring)
        let list = PersonList(database: database)
        let idempotency = Idempotency(database: database, keyring: platform.keyring)
        let customerStore = CheckoutCustomerStore(database: database)
        let customers = CheckoutCustomers(store: customerStore, people: people, keyring: platform.keyring)
        let blacklist = Blacklist(
            database: database, customers: customerStore, outbox: platform.outbox, keyring: platform.keyring)
        let settings = platform.configuration.ledger
        let keys = try LedgerKeys(origin: settings.origin, seeds: settings.keys, retired: settings.retiredKeys)
        let trees = ConsentTrees(database: database, keys: keys, outbox: platform.outbox)
        let counter = SalesCounter(database: database, people: people)
        let checks = StandingChecks(database: database, outbox: platform.outbox)
        let notes = HealthSuite.NoteRoutes(
            on: .customer, database: database, idempotency: idempotency
        ) { number, account in
            try await customers.customer(CustomerKey(account: account, number: number)).map(NotedCustomerBody.init)
        }
        let subscriptions = Subscriptions(people: people)
        let crm =
            ProfileRoutes(people: people, list: list, idempotency: idempotency).routes
            + SubscriptionRoutes(
                subscriptions: subscriptions, list: list, ledger: ledger, idempotency: idempotency
            ).routes
        let bans = BlacklistRoutes(
            customers: customers, blacklist: blacklist, checks: checks, idempotency: idempotency)
        let suite = bans.routes + notes.routes
        let dealer = DealerCustomerRoutes(people: people, idempotency: idempotency).routes
        let retailJobs = RetailJobs(database: database)
        let retailCustomers = RetailCustomers(
            people: people, jobs: retailJobs, database: database, logger: platform.logger)
        let retail =
            RetailCustomerRoutes(customers: retailCustomers, list: list, idempotency: idempotency).routes
            + RetailJobRoutes(jobs: retailJobs).routes
        routes = dealer + crm + suite + retail + ConsentProofRoutes(trees: trees).routes
        handlers = [
            CheckoutCustomerSavedHandler(customers: customers), BlacklistAppliedHandler(blacklist: blacklist),
            CustomerStandingReportedHandler(checks: checks), SaleRecordedHandler(counter: counter),
            PersonRequestedHandler(inquiries: PersonInquiries(people: people)),
            SMSStopReceivedHandler(subscriptions: subscriptions, keyring: platform.keyring),
            RetailJobReportedHandler(jobs: retailJobs),
        ]
        let grower = TreeGrower(
            trees: trees, signal: ledger.signal, interval: settings.checkpointInterval, logger: platform.logger)
        jobs = [
            customers.arrivals, blacklist.applications, checks.answers, grower,
            SalesCounting(counter: counter, logger: platform.logger),
            retailJobs.waiter, RetailJobRunner(retailCustomers.queue, logger: platform.logger),
        ]
    }
}
