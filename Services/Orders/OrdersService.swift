public import Edge
import Enrichment
public import Messaging
public import Postgres
public import Schema
public import ServiceKit
public import ServiceLifecycle

/// The order book: takes orders from every channel, and tells what becomes of them.
public struct OrdersService: CaravanService {
    public static let name = ServiceName.orders
    public static let migrations =
        [
            PostgresMigration(
                name: "0001_create_orders.sql", sql: PackageResources._001_create_orders_sql,
                formerChecksums: ["53e34656f4eca5f58d784a503747a3a8c9c664e0d1bf53a35bcdc26609e03c1a"]),
            PostgresMigration(name: "0002_create_checkout.sql", sql: PackageResources._002_create_checkout_sql),
            PostgresMigration(name: "0003_create_coupons.sql", sql: PackageResources._003_create_coupons_sql),
            PostgresMigration(
                name: "0004_create_subscriptions.sql", sql: PackageResources._004_create_subscriptions_sql),
            PostgresMigration(name: "0005_index_search.sql", sql: PackageResources._005_index_search_sql),
            PostgresMigration(name: "0006_drop_line_check.sql", sql: PackageResources._006_drop_line_check_sql),
            PostgresMigration(name: "0007_follow_disputes.sql", sql: PackageResources._007_follow_disputes_sql),
            PostgresMigration(name: "0008_cover_search.sql", sql: PackageResources._008_cover_search_sql),
            PostgresMigration(
                name: "0009_lighten_checkout.sql", sql: PackageResources._009_lighten_checkout_sql),
            PostgresMigration(name: "0010_create_sales_events.sql", sql: PackageResources._010_create_sales_events_sql),
            PostgresMigration(name: "0011_create_aftersales.sql", sql: PackageResources._011_create_aftersales_sql),
            PostgresMigration(name: "0012_keep_retail_details.sql", sql: PackageResources._012_keep_retail_details_sql),
            PostgresMigration(
                name: "0013_keep_item_particulars.sql", sql: PackageResources._013_keep_item_particulars_sql),
        ] + RetailJobMigrations.all

    public let routes: [Route]
    public let handlers: [any EventHandler]
    public let jobs: [any Service]

    public init(platform: Platform) throws {
        let store = OrderStore(database: platform.database)
        let book = OrderBook(store: store, outbox: platform.outbox, keyring: platform.keyring)
        let idempotency = Idempotency(database: platform.database, keyring: platform.keyring)
        let coupons = CouponBook(database: platform.database)
        let subscriptions = SubscriptionBook(
            database: platform.database, outbox: platform.outbox, keyring: platform.keyring,
            retries: platform.configuration.subscriptionRetries)
        let fulfillments = FulfillmentBook(
            database: platform.database, outbox: platform.outbox, keyring: platform.keyring)
        let campaigns = CampaignStore(database: platform.database)
        let charges = CheckoutChargeStore(database: platform.database)
        let cardKeys = CardKeyStore(database: platform.database)
        let checkout = CheckoutBook(
            orders: book, store: CheckoutStore(database: platform.database), campaigns: campaigns, charges: charges,
            coupons: coupons, subscriptions: subscriptions, fulfillments: fulfillments,
            closingPause: platform.configuration.orderClosingPause)
        let waiter = ReplyWaiter(logger: platform.logger) { try await charges.answers(to: $0) }
        let counter = PaymentCounter(keys: cardKeys, charges: charges, waiter: waiter, keyring: platform.keyring)
        let settings = AccountSettingsStore(database: platform.database, outbox: platform.outbox)
        let enricher = AccountEnricher(
            settings: settings,
            enricher: Enricher(lists: .standard.adding(platform.configuration.emailRules)))
        let sales = SaleBook(database: platform.database, outbox: platform.outbox)
        let brands = BrandStore(database: platform.database)
        let brandBook = BrandBook(orders: book, checkout: checkout, fulfillments: fulfillments)
        let retailOrders = RetailOrders(
            checkout: checkout, jobs: RetailJobStore(database: platform.database, outbox: platform.outbox),
            logger: platform.logger)
        let noted = NotedOrders(database: platform.database)
        let notes = HealthSuite.NoteRoutes(on: .order, database: platform.database, idempotency: idempotency) {
            try await noted.order($0, of: $1)
        }
        routes =
            OpenAPIRoutes().routes
            + DealerOrderRoutes(checkout: checkout, idempotency: idempotency).routes
            + CheckoutRoutes(book: checkout, counter: counter, enricher: enricher, idempotency: idempotency).routes
            + RefundRoutes(book: checkout, counter: counter, idempotency: idempotency).routes
            + AccountSettingsRoutes(store: settings, idempotency: idempotency).routes
            + CouponRoutes(book: coupons, idempotency: idempotency).routes
            + OrderSearchRoutes(search: OrderSearch(database: platform.database), enricher: enricher).routes
            + SubscriptionRoutes(book: subscriptions, idempotency: idempotency).routes
            + FulfillmentRoutes(book: fulfillments, idempotency: idempotency).routes
            + SalesEventRoutes(book: sales, idempotency: idempotency).routes
            + BrandOrderRoutes(book: brandBook, brands: brands, counter: counter, idempotency: idempotency).routes
            + ShipmentUpdateRoutes(book: brandBook, brands: brands, idempotency: idempotency).routes
            + RetailOrderRoutes(orders: retailOrders, idempotency: idempotency).routes
            + BrandManagementRoutes(brands: brands, idempotency: idempotency).routes
            + notes.routes
        handlers =
            transactionProjections(book: checkout, waiter: waiter) + [
                StockAllocatedHandler(book: book), StockUnavailableHandler(book: book),
                CampaignPublishedHandler(store: campaigns), CampaignUpdatedHandler(store: campaigns),
                CardKeyActivatedHandler(keys: cardKeys), CardKeyRetiredHandler(keys: cardKeys),
                CustomerBlacklistedHandler(
                    store: BlacklistStore(), subscriptions: subscriptions, fulfillments: fulfillments,
                    outbox: platform.outbox),
                CustomerBlacklistLiftedHandler(store: BlacklistStore(), outbox: platform.outbox),
                RenewalCompletedHandler(book: subscriptions, fulfillments: fulfillments),
                RenewalDeclinedHandler(book: subscriptions), RenewalVoidedHandler(book: subscriptions),
                CouponReleaseHandler<PaymentDeclined>(book: coupons),
                CouponReleaseHandler<PaymentVoided>(book: coupons),
                CustomerStandingRequestedHandler(standings: CustomerStandings(outbox: platform.outbox)),
                StoreCreatedHandler(parties: sales.parties), CustomerCreatedHandler(parties: sales.parties),
                CustomerUpdatedHandler(parties: sales.parties), CustomersJoinedHandler(parties: sales.parties),
                CustomerDeletedHandler(parties: sales.parties), StoreReportedHandler(inquiries: sales.inquiries),
                PersonReportedHandler(inquiries: sales.inquiries),
            ]
        jobs = [
            waiter, sales.inquiries.answers,
            InquirySweeper(store: sales.inquiries.store, logger: platform.logger),
            OrderCloser(book: checkout, logger: platform.logger),
            SubscriptionRenewer(book: subscriptions, logger: platform.logger),
            FulfillmentCreator(book: fulfillments, logger: platform.logger),
            RetailJobRunner(retailOrders.queue, logger: platform.logger),
        ]
    }
}
