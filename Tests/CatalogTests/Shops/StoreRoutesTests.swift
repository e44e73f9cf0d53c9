import Edge
import Messaging
import Postgres
import Schema
import ServiceKit
import TestKit
import Testing

@testable import Catalog

/// Noticia's stores over a database of their own, called as clients would.
@Suite struct StoreRoutesTests {
    private static let address: JSONValue = [
        "address_line1": "1 Rue de Rivoli", "address_line2": .null, "postal_code": "75001", "locality": "Paris",
        "administrative_area1": "Île-de-France", "administrative_area2": .null, "country_code": "FR",
    ]

    private static func body(_ externalID: String, _ name: String, _ address: JSONValue? = address) -> JSONValue {
        var members: [String: JSONValue] = ["external_id": .string(externalID), "name": .string(name)]
        members["address"] = address
        return .object(members)
    }

    @Test func aStoreHasTheDocumentedFieldsUnderBothReferences() async throws {
        try await Shopfront.open { shop in
            let created = try await shop.caller.call("POST /v1/stores", body: Self.body("s-1", "Rivoli"))
            #expect(created.status == 201)
            let id = try #require(created.body["id"]?.string)
            #expect(StoreID(id) != nil)
            let expected: [String: JSONValue] = [
                "external_id": "s-1", "name": "Rivoli", "status": "ACTIVE", "address": Self.address,
            ]
            for (name, value) in expected { #expect(created.body[name] == value, "\(name)") }
            #expect(created.body["created_at"]?.string.flatMap { Timestamp(rfc3339: $0) } != nil)
            for reference in ["s-1", id] {
                let found = try await shop.caller.call("GET /v1/stores/{store_id}", ["store_id": reference])
                #expect(found.status == 200)
                #expect(found.body == created.body)
            }
        }
    }

    @Test func anUpdateKeepsIDAndWhatItLeavesOut() async throws {
        try await Shopfront.open { shop in
            let first = try await shop.caller.call("POST /v1/stores", body: Self.body("s-1", "Rivoli"))
            let same = try await shop.caller.call("POST /v1/stores", body: Self.body("s-1", "Rivoli"))
            #expect(same.status == 200)
            #expect(same.body == first.body)
            let renamed = try await shop.caller.call("POST /v1/stores", body: Self.body("s-1", "Sud", nil))
            #expect(renamed.status == 200)
            #expect(renamed.body["id"] == first.body["id"])
            #expect(renamed.body["name"] == "Sud")
            #expect(renamed.body["address"] == Self.address)
            // The report that changed nothing was not told of.
            #expect(try await shop.told() == ["store_created 1", "store_updated 2"])
        }
    }

    @Test func aRepeatedKeyGivesTheFirstAnswer() async throws {
        try await Shopfront.open { shop in
            let first = try await shop.caller.call("POST /v1/stores", body: Self.body("s-1", "A"), key: "k")
            _ = try await shop.caller.call("POST /v1/stores", body: Self.body("s-1", "B"))
            let again = try await shop.caller.call("POST /v1/stores", body: Self.body("s-1", "A"), key: "k")
            #expect(again.status == 201)
            #expect(again.body == first.body)
            let now = try await shop.caller.call("GET /v1/stores/{store_id}", ["store_id": "s-1"])
            #expect(now.body["name"] == "B")
            let other = try await shop.caller.call("POST /v1/stores", body: Self.body("s-1", "C"), key: "k")
            #expect(other.status == 409)
        }
    }

    @Test func racingReportsMakeOneStore() async throws {
        try await Shopfront.open { shop in
            let statuses = try await withThrowingTaskGroup(of: Int.self) { tasks in
                for number in 0..<8 {
                    tasks.addTask {
                        try await shop.caller.call("POST /v1/stores", body: Self.body("s-1", "N\(number)")).status
                    }
                }
                return try await tasks.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.sorted() == [200, 200, 200, 200, 200, 200, 200, 201])
            let list = try await shop.caller.call("GET /v1/stores")
            #expect(list.body["data"]?.array?.count == 1)
            let told = try await shop.told()
            #expect(told == ["store_created 1"] + (2...8).map { "store_updated \($0)" })
        }
    }

    @Test func theListIsOrderedByNameAndWalkedOnce() async throws {
        try await Shopfront.open { shop in
            // Two of one name, so that the walk cannot go by names alone.
            for (number, name) in ["Delta", "Alpha", "Bravo", "Bravo", "Charlie"].enumerated() {
                _ = try await shop.caller.call("POST /v1/stores", body: Self.body("s-\(number)", name))
            }
            _ = try await shop.caller.call("POST /v1/stores", body: Self.body("x", "Zulu"), as: AccountID())
            var names: [String] = []
            var query = "limit=2"
            for _ in 0..<5 {
                let page = try await shop.caller.call("GET /v1/stores", query: query)
                #expect(page.status == 200)
                names += page.body["data"]?.array?.compactMap { $0["name"]?.string } ?? []
                let cursor = page.body["pagination"]?["next_cursor"]
                #expect(page.body["pagination"]?["has_more"] == .bool(cursor?.string != nil))
                guard let cursor = cursor?.string else { break }
                query = "limit=2&cursor=\(cursor)"
            }
            #expect(names == ["Alpha", "Bravo", "Bravo", "Charlie", "Delta"])
        }
    }

    @Test(arguments: ["limit=many", "limit=0", "limit=101", "cursor=nonsense"])
    func badQueriesAreRefused(query: String) async throws {
        try await Shopfront.open { shop in
            let answer = try await shop.caller.call("GET /v1/stores", query: query)
            #expect(answer.status == 400)
            #expect(answer.body["code"] == "VALIDATION_ERROR")
        }
    }

    @Test(
        arguments: [
            ["external_id": "s-1"], ["name": "Rivoli"], ["external_id": "", "name": "Rivoli"],
            ["external_id": "s-1", "name": 7], ["external_id": "s-1", "name": "Rivoli", "address": [:]],
            ["external_id": "s-1", "name": "Rivoli", "address": "1 Rue de Rivoli"],
            ["external_id": .string(StoreID().description), "name": "Rivoli"],
            [
                "external_id": "s-1", "name": "Rivoli",
                "address": [
                    "address_line1": "1", "postal_code": "75001", "locality": "Paris", "country_code": "France",
                ],
            ],
        ] as [JSONValue])
    func badBodiesAreRefused(body: JSONValue) async throws {
        try await Shopfront.open { shop in
            let answer = try await shop.caller.call("POST /v1/stores", body: body)
            #expect(answer.status == 400)
            #expect(answer.body["code"] == "VALIDATION_ERROR")
            #expect(try await shop.told().isEmpty)
        }
    }

    @Test func accountsSeeOnlyTheirStores() async throws {
        try await Shopfront.open { shop in
            let mine = try await shop.caller.call("POST /v1/stores", body: Self.body("s-1", "Mine"))
            let id = try #require(mine.body["id"]?.string)
            let stranger = AccountID()
            for reference in ["s-1", id] {
                let found = try await shop.caller.call(
                    "GET /v1/stores/{store_id}", ["store_id": reference], as: stranger)
                #expect(found.status == 404)
                #expect(found.body["message"] == "No store matches this reference.")
            }
            let theirs = try await shop.caller.call("POST /v1/stores", body: Self.body("s-1", "Theirs"), as: stranger)
            #expect(theirs.status == 201)
            #expect(theirs.body["id"] != mine.body["id"])
            #expect(try await shop.caller.call("GET /v1/stores", as: AccountID()).body["data"] == [])
        }
    }

    @Test func otherServicesHearWhetherThereIsAStore() async throws {
        try await Shopfront.open { shop in
            let made = try await shop.caller.call("POST /v1/stores", body: Self.body("s-1", "Rivoli"))
            let id = try #require(made.body["id"]?.string.flatMap { StoreID($0) })
            let account = shop.caller.account
            func answer(_ id: StoreID?, _ externalID: String?, _ account: AccountID) async throws -> StoreID? {
                let asked = StoreRequested(inquiryID: InquiryID(), storeID: id, externalID: externalID)
                try await shop.database.withTransaction { try await shop.shops.report(asked, of: account, in: $0) }
                let rows = try await shop.database.query(
                    "SELECT payload FROM outbox WHERE subject = \(asked.inquiryID.description)")
                let reported = try JSON.decode(StoreReported.self, from: rows[0]["payload", as: String.self])
                #expect(reported.inquiryID == asked.inquiryID)
                return reported.store?.id
            }
            #expect(try await answer(nil, "s-1", account) == id)
            #expect(try await answer(id, nil, account) == id)
            #expect(try await answer(nil, "s-2", account) == nil)
            #expect(try await answer(StoreID(), nil, account) == nil)
            #expect(try await answer(nil, "s-1", AccountID()) == nil)
            #expect(try await answer(id, nil, AccountID()) == nil)
        }
    }
}

/// The routes of stores over a database of their own.
private struct Shopfront: Sendable {
    let database: PostgresDatabase
    let shops: Shops
    let caller: RouteCaller

    static func open(_ body: (Shopfront) async throws -> Void) async throws {
        try await TestDatabase.with(migrations: CatalogService.allMigrations) { database, _ in
            try await body(Shopfront(database: database, keyring: DataKeyring("k1:" + DataKeyring.generateKey())))
        }
    }

    private init(database: PostgresDatabase, keyring: DataKeyring) {
        self.database = database
        shops = Shops(
            store: ShopStore(database: database), outbox: Outbox(service: .catalog, signal: WakeSignal()),
            keyring: keyring)
        caller = RouteCaller(
            StoreRoutes(shops: shops, idempotency: Idempotency(database: database, keyring: keyring)).routes)
    }

    /// The events, by name and sequence, in the order of their making.
    func told() async throws -> [String] {
        try await database.query(
            "SELECT split_part(type, '.', 4) || ' ' || sequence AS event FROM outbox ORDER BY position"
        ).map { try $0["event"] }
    }
}
