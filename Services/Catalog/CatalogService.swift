public import Edge
public import Messaging
public import Postgres
public import Schema
public import ServiceKit
public import ServiceLifecycle

/// What is for sale and where: listings and the stock that orders take of them, campaigns and their offers and upsells,
/// stores.
public struct CatalogService: CaravanService {
    public static let name = ServiceName.catalog
    public static let migrations =
        [
            PostgresMigration(name: "0001_create_listings.sql", sql: PackageResources._001_create_listings_sql),
            PostgresMigration(
                name: "0002_create_allocations.sql", sql: PackageResources._002_create_allocations_sql,
                formerChecksums: ["c49eec6009d7884435710cdc257d58b43421c6d91c972041921fd317503cf40a"]),
            PostgresMigration(name: "0003_create_campaigns.sql", sql: PackageResources._003_create_campaigns_sql),
            PostgresMigration(
                name: "0004_take_from_several_listings.sql", sql: PackageResources._004_take_from_several_listings_sql),
            PostgresMigration(
                name: "0005_drop_listing_check.sql", sql: PackageResources._005_drop_listing_check_sql),
            PostgresMigration(name: "0006_create_stores.sql", sql: PackageResources._006_create_stores_sql),
            PostgresMigration(name: "0007_keep_retail_details.sql", sql: PackageResources._007_keep_retail_details_sql),
        ] + RetailJobMigrations.all

    public let routes: [Route]
    public let handlers: [any EventHandler]
    public let jobs: [any Service]

    public init(platform: Platform) throws {
        let listings = ListingStore(database: platform.database)
        let stock = Stock(listings: listings, outbox: platform.outbox, keyring: platform.keyring)
        let campaigns = CampaignBook(
            campaigns: CampaignStore(database: platform.database), outbox: platform.outbox)
        let shops = Shops(
            store: ShopStore(database: platform.database), outbox: platform.outbox, keyring: platform.keyring)
        let idempotency = Idempotency(database: platform.database, keyring: platform.keyring)
        let retailJobs = RetailJobStore(database: platform.database, outbox: platform.outbox)
        let products = RetailProducts(stock: stock, jobs: retailJobs, logger: platform.logger)
        let stores = RetailStores(shops: shops, jobs: retailJobs, logger: platform.logger)
        routes =
            DealerListingRoutes(listings: listings).routes
            + ListingManagementRoutes(stock: stock).routes
            + CampaignRoutes(search: CampaignSearch(database: platform.database)).routes
            + CampaignManagementRoutes(book: campaigns).routes
            + StoreRoutes(shops: shops, idempotency: idempotency).routes
            + RetailProductRoutes(products: products, idempotency: idempotency).routes
            + RetailStoreRoutes(stores: stores, idempotency: idempotency).routes
        handlers = [
            OrderPlacedHandler(stock: stock), OrderCancelledHandler(stock: stock), StoreRequestedHandler(shops: shops),
        ]
        jobs = [
            RetailJobRunner(products.queue, logger: platform.logger),
            RetailJobRunner(stores.queue, logger: platform.logger),
        ]
    }
}
