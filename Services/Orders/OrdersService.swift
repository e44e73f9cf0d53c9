public import Edge
public import Messaging
public import Postgres
public import Schema
public import ServiceKit
public import ServiceLifecycle

/// The order book: takes orders from every channel, and tells what becomes of them.
public struct OrdersService: CaravanService {
    public static let name = ServiceName.orders
    public static let migrations = [
        PostgresMigration(name: "0001_create_orders.sql", sql: PackageResources._001_create_orders_sql),
        PostgresMigration(name: "0002_create_checkout.sql", sql: PackageResources._002_create_checkout_sql),
        PostgresMigration(name: "0003_create_coupons.sql", sql: PackageResources._003_create_coupons_sql),
    ]

    public let routes: [Route]
    public let handlers: [any EventHandler]
    public let jobs: [any Service] = []

    public init(platform: Platform) throws {
        let store = OrderStore(database: platform.database)
        let book = OrderBook(store: store, outbox: platform.outbox, keyring: platform.keyring)
        let idempotency = Idempotency(database: platform.database)
        let coupons = CouponBook(database: platform.database)
        routes =
            DealerOrderRoutes(book: book, idempotency: idempotency).routes
            + CouponRoutes(book: coupons, idempotency: idempotency).routes
        handlers = [StockAllocatedHandler(book: book), StockUnavailableHandler(book: book)]
    }
}
