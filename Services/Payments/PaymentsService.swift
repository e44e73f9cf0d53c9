public import Edge
public import Messaging
public import Postgres
public import Schema
public import ServiceKit
public import ServiceLifecycle

/// The money: charges, refunds and the gateways that make them, saved cards, and the books of it all.
public struct PaymentsService: CaravanService {
    public static let name = ServiceName.payments
    public static let migrations = [
        PostgresMigration(name: "0001_create_receivables.sql", sql: PackageResources._001_create_receivables_sql),
        PostgresMigration(name: "0002_create_transactions.sql", sql: PackageResources._002_create_transactions_sql),
        PostgresMigration(name: "0003_create_vault.sql", sql: PackageResources._003_create_vault_sql),
        PostgresMigration(name: "0004_create_ledger.sql", sql: PackageResources._004_create_ledger_sql),
        PostgresMigration(name: "0005_create_sandbox.sql", sql: PackageResources._005_create_sandbox_sql),
        PostgresMigration(name: "0006_create_campaigns.sql", sql: PackageResources._006_create_campaigns_sql),
        PostgresMigration(
            name: "0007_create_alternative_payments.sql",
            sql: PackageResources._007_create_alternative_payments_sql),
        PostgresMigration(
            name: "0008_create_transaction_reads.sql", sql: PackageResources._008_create_transaction_reads_sql),
        PostgresMigration(name: "0009_create_gateways.sql", sql: PackageResources._009_create_gateways_sql),
        PostgresMigration(name: "0010_void_charges.sql", sql: PackageResources._010_void_charges_sql),
        PostgresMigration(name: "0011_cover_search.sql", sql: PackageResources._011_cover_search_sql),
        PostgresMigration(name: "0012_inline_numbers.sql", sql: PackageResources._012_inline_numbers_sql),
        PostgresMigration(name: "0013_keep_tax_parts.sql", sql: PackageResources._013_keep_tax_parts_sql),
    ]

    public let routes: [Route]
    public let handlers: [any EventHandler]
    public let jobs: [any Service]

    public init(platform: Platform) throws {
        self.init(platform: platform, settings: PaymentSettings(platform.configuration.payments))
    }

    init(platform: Platform, settings: PaymentSettings) {
        let database = platform.database
        let sandbox = SandboxGateway(store: SandboxStore(database: database), publicURL: settings.publicURL)
        let gateways = GatewayStore(database: database, keyring: platform.keyring)
        let customers = GatewayCustomerStore(database: database)
        let directory = ConfiguredGateways(store: gateways, sandbox: sandbox) { gateway, secrets in
            StripeGateway(gateway, secrets, url: settings.stripeURL, customers: customers)
        }
        let taxJar = settings.taxJar.map(TaxJar.init)
        let taxes = CampaignTaxes(keyring: platform.keyring, taxJar: taxJar)
        let campaigns = CampaignStore(database: database)
        let charging = Charging(
            database: database, outbox: platform.outbox, keyring: platform.keyring,
            gateways: directory, taxes: taxes, settings: settings, logger: platform.logger)

        routes =
            SandboxWalletRoutes(sandbox: sandbox).routes
            + GatewayRoutes(store: gateways, directory: directory).routes
            + StripeWebhookRoutes(gateways: gateways, transactions: charging.store, settler: charging.settler).routes
            + TaxRoutes(campaigns: campaigns, taxes: taxes).routes
            + AlternativePaymentRoutes(store: AlternativePaymentStore(database: database)).routes
            + TransactionRoutes(
                search: TransactionSearch(database: database),
                idempotency: Idempotency(database: database, keyring: platform.keyring)
            ).routes

        let receivables = Receivables(outbox: platform.outbox)
        handlers =
            [
                OrderPlacedHandler(receivables: receivables), OrderCancelledHandler(receivables: receivables),
                CampaignPublishedHandler(campaigns: campaigns), CampaignUpdatedHandler(campaigns: campaigns),
                AccountSettingsChangedHandler(settings: AccountSettingsStore()),
            ]
            + charging.handlers

        var jobs: [any Service] =
            charging.jobs + [
                LedgerCheck(
                    audit: LedgerAudit(database: database, size: LedgerCheck.partSize),
                    interval: settings.checkInterval, logger: platform.logger)
            ]
        if let taxJar {
            jobs.append(
                TaxPoster(
                    store: TaxPostingStore(database: database, keyring: platform.keyring), reporter: taxJar,
                    poll: settings.taxPoll, logger: platform.logger))
        }
        self.jobs = jobs
    }
}
