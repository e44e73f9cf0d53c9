public import Edge
public import Messaging
public import Postgres
public import Schema
public import ServiceKit
public import ServiceLifecycle

/// The money: what orders are worth. (Charges, refunds and the ledger come with the checkout.)
public struct PaymentsService: CaravanService {
    public static let name = ServiceName.payments
    public static let migrations = [
        PostgresMigration(name: "0001_create_receivables.sql", sql: PackageResources._001_create_receivables_sql)
    ]

    public let routes: [Route] = []
    public let handlers: [any EventHandler]
    public let jobs: [any Service] = []

    public init(platform: Platform) throws {
        let receivables = Receivables(outbox: platform.outbox)
        handlers = [OrderPlacedHandler(receivables: receivables), OrderCancelledHandler(receivables: receivables)]
    }
}
