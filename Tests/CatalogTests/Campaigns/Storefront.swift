import Edge
import HTTPTypes
import Messaging
import Postgres
import Schema
import TestKit
import Testing

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
        try await call(.put, "/admin/v1/campaigns/{internal_id}", ["internal_id": internalID], body: campaign, account)
    }

    /// Lists campaigns or shows one.
    func campaigns(
        _ query: String? = nil, account: AccountID? = nil, permissions: Set<String> = ["*"]
    ) async throws -> (status: Int, json: JSONValue) {
        try await call(.get, "/v1/campaigns", query: query, account, permissions)
    }

    /// Lists the products of a campaign.
    func products(
        _ identifier: String, _ query: String? = nil, account: AccountID? = nil, permissions: Set<String> = ["*"]
    ) async throws -> (status: Int, json: JSONValue) {
        try await call(
            .get, "/v1/campaigns/{identifier}/products", ["identifier": identifier], query: query, account, permissions)
    }

    /// The events of campaigns: their names and sequences, in the order of their making.
    func told() async throws -> [String] {
        try await database.query(
            "SELECT split_part(type, '.', 4) || ' ' || sequence AS event FROM outbox ORDER BY position"
        ).map { try $0["event"] }
    }

    /// Errors are rendered as the route's dialect does.
    private func call(
        _ method: HTTPRequest.Method, _ path: String, _ parameters: [String: String] = [:], query: String? = nil,
        body: JSONValue? = nil, _ account: AccountID?, _ permissions: Set<String> = ["*"]
    ) async throws -> (status: Int, json: JSONValue) {
        let route = try #require(routes.first { $0.method == method && $0.template == path })
        let principal = Principal(
            account: account ?? self.account, keyID: "key_test", dialects: [], permissions: permissions)
        var response: APIResponse
        do {
            if let permission = route.permission, !principal.may(permission) {
                throw RequestError.forbidden(permission.rawValue)
            }
            let request = try APIRequest(
                route: route, parameters: parameters, query: query, principal: principal,
                body: try body.map { try JSON.encode($0) } ?? [])
            response = try await route.handler(request)
        } catch let error as RequestError {
            response = route.dialect.render(error, requestID: "req_test")
        }
        return (response.status.code, try JSON.decode(JSONValue.self, from: response.body))
    }
}

extension JSONValue {
    /// What stands under `name` in each element of an array.
    func each(_ name: String) -> [JSONValue?] { array?.map { $0[name] } ?? [] }
}
