import Edge
import HTTPTypes
import Messaging
import Postgres
import Schema
import TestKit

@testable import Catalog

/// The routes of campaigns over a database of their own, called as clients would.
struct Storefront {
    let database: PostgresDatabase
    let account = AccountID()
    private let routes: [Route]

    static func open(_ body: (Storefront) async throws -> Void) async throws {
        let migrations = MessagingMigrations.all + CatalogService.migrations
        try await TestDatabase.with(migrations: migrations) { database, _ in
            try await body(Storefront(database: database))
        }
    }

    private init(database: PostgresDatabase) {
        self.database = database
        let book = CampaignBook(
            campaigns: CampaignStore(database: database),
            outbox: Outbox(service: .catalog, signal: WakeSignal()))
        routes =
            CampaignManagementRoutes(book: book).routes
            + CampaignRoutes(search: CampaignSearch(database: database)).routes
    }

    /// Publishes a campaign.
    func publish(
        _ internalID: String, _ campaign: JSONValue, for account: AccountID? = nil
    ) async throws -> (status: Int, json: JSONValue) {
        try await routes.call(
            .put, "/admin/v1/campaigns/{internal_id}", ["internal_id": internalID], body: campaign,
            account: account ?? self.account)
    }

    /// Lists campaigns or shows one.
    func campaigns(
        _ query: String? = nil, account: AccountID? = nil, permissions: Set<String> = ["*"]
    ) async throws -> (status: Int, json: JSONValue) {
        try await routes.call(
            .get, "/v1/campaigns", query: query, account: account ?? self.account, permissions: permissions)
    }

    /// Lists the products of a campaign.
    func products(
        _ identifier: String, _ query: String? = nil, account: AccountID? = nil, permissions: Set<String> = ["*"]
    ) async throws -> (status: Int, json: JSONValue) {
        try await routes.call(
            .get, "/v1/campaigns/{identifier}/products", ["identifier": identifier], query: query,
            account: account ?? self.account, permissions: permissions)
    }

    /// The events of campaigns: their names and sequences, in the order of their making.
    func told() async throws -> [String] {
        try await database.query(
            "SELECT split_part(type, '.', 4) || ' ' || sequence AS event FROM outbox ORDER BY position"
        ).map { try $0["event"] }
    }
}

extension JSONValue {
    /// What stands under `name` in each element of an array.
    func each(_ name: String) -> [JSONValue?] { array?.map { $0[name] } ?? [] }
}
