import Catalog
import Consent
import Foundation
import LocalStack
import Notifications
import Orders
import Payments
import Postgres
import Schema
import ServiceKit

/// Brings a database server up to date: database, roles, schemas, and the tables of every service.
struct ServiceMigrations {
    private static let services: [any CaravanService.Type] = [
        CatalogService.self, OrdersService.self, ConsentService.self, PaymentsService.self, NotificationsService.self,
    ]

    static let database = "caravan"

    /// A role that may create databases and roles, connected to any database.
    let adminURL: String
    /// Of the services' roles.
    let passwords: [ServiceName: String]

    /// Applies what is missing; may be repeated, also by several at once.
    /// - Returns: what was newly applied, as `orders/0001_create_orders.sql`.
    func apply() async throws -> [String] {
        let url = try caravanURL
        try await DatabaseSetup(adminURL: adminURL, database: Self.database)
            .prepare(passwords: passwords, adminURL: url)
        var applied: [String] = []
        for service in Self.services {
            let names = try await PostgresMigrator.apply(
                service.allMigrations, schema: service.name.rawValue, owner: DatabaseSetup.role(of: service.name),
                with: PostgresConfiguration(url: url))
            applied += names.map { "\(service.name.rawValue)/\($0)" }
        }
        return applied
    }

    private var caravanURL: String {
        get throws {
            guard var components = URLComponents(string: adminURL), components.scheme != nil else {
                throw OperatorError("the database address must be a URL, postgresql://user:password@host/database")
            }
            components.path = "/" + Self.database
            guard let url = components.string else { throw OperatorError("the database address is not a URL") }
            return url
        }
    }
}
