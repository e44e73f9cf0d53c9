import Edge
import Logging
import Messaging
import Postgres
import Schema
import ServiceKit
import TestKit
import Testing

@testable import Catalog

/// The clienteling API's products and stores, against the database.
@Suite struct RetailRoutesTests {
    private struct Shop {
        let products: RetailProducts
        let stores: RetailStores
        let caller: RouteCaller
        let database: PostgresDatabase
        let keyring: DataKeyring

        static func open(_ body: (Shop) async throws -> Void) async throws {
            try await TestDatabase.with(migrations: CatalogService.allMigrations) { database, _ in
                try await body(Shop(database, DataKeyring("k1:" + DataKeyring.generateKey())))
            }
        }

        private init(_ database: PostgresDatabase, _ keyring: DataKeyring) {
            let outbox = Outbox(service: .catalog, signal: WakeSignal())
            let jobs = RetailJobStore(database: database, outbox: outbox)
            let logger = Logger(label: "test")
            let stock = Stock(listings: ListingStore(database: database), outbox: outbox, keyring: keyring)
            let shops = Shops(store: ShopStore(database: database), outbox: outbox, keyring: keyring)
            let idempotency = Idempotency(database: database, keyring: keyring)
            self.database = database
            self.keyring = keyring
            products = RetailProducts(stock: stock, jobs: jobs, logger: logger)
            stores = RetailStores(shops: shops, jobs: jobs, logger: logger)
            caller = RouteCaller(
                RetailProductRoutes(products: products, idempotency: idempotency).routes
                    + RetailStoreRoutes(stores: stores, idempotency: idempotency).routes
                    + ListingManagementRoutes(stock: stock).routes
                    + StoreRoutes(shops: shops, idempotency: idempotency).routes)
        }

        func put(_ resource: RetailOS.Resource, _ id: String, _ body: JSONValue) async throws -> RouteCaller.Answer {
            try await caller.call(
                "PUT \(resource.path)/{\(resource.externalID)}", [resource.externalID: id], body: body)
        }

        /// Has a body accepted and done.
        func upsert(_ resource: RetailOS.Resource, _ id: String, _ body: JSONValue) async throws {
            let answer = try await put(resource, id, body)
            #expect(answer.status == 202, "\(answer.body.serialized())")
            #expect(answer.body["action"] == .string(resource.action("UPSERT")))
            let job = answer.body["result"]?.array?.first
            #expect(job?["queueName"] == .string(resource.queueName) && job?["status"] == "queued")
            #expect(try await (resource == .product ? products.queue.work() : stores.queue.work()) == 1)
        }

        func get(_ resource: RetailOS.Resource, _ id: String, as other: AccountID? = nil) async throws -> JSONValue? {
            let answer = try await caller.call("GET \(resource.path)/{id}", ["id": id], as: other)
            return answer.status == 200 ? answer.body["result"] : nil
        }

        /// Why the only job that failed did.
        func failure() async throws -> String? {
            try await database.query("SELECT error FROM retail_jobs WHERE status = 'failed'").first?["error"]
        }

        func event<E: Event>(_ type: E.Type) async throws -> E {
            let rows = try await database.query(
                "SELECT payload FROM outbox WHERE type = \(E.type) ORDER BY position DESC LIMIT 1")
            return try JSON.decode(from: try #require(rows.first)["payload", as: String.self])
        }
    }

    private static let watch: JSONValue = [
        "externalProductId": "watch-1", "sku": "W-1", "name": "Diver", "description": "Steel", "price": "5400.50",
        "currency": "EUR", "quantity": 2,
        "images": ["https://shop.example/1.jpg", ["url": "https://shop.example/2.jpg"]],
        "brand": "Omega", "caseSizeMm": decimal("41.5"), "category": "watches", "details": ["strap": "rubber"],
    ]

    @Test func aProductIsTheListingOfAllAPIs() async throws {
        try await Shop.open { shop in
            try await shop.upsert(.product, "watch-1", Self.watch)
            let product = try #require(try await shop.get(.product, "watch-1"))
            let expected: [String: JSONValue] = [
                "externalProductId": "watch-1", "sku": "W-1", "name": "Diver", "description": "Steel",
                "price": decimal("5400.5"),
                "currency": "EUR", "quantity": 2, "available": 2, "status": "active", "brand": "Omega",
                "caseSizeMm": decimal("41.5"), "category": "watches", "details": ["strap": "rubber"],
                "catalogue": .null,
                "images": ["https://shop.example/1.jpg", "https://shop.example/2.jpg"],
            ]
            for (name, value) in expected { #expect(product[name] == value, "\(name)") }
            #expect(product["createdAt"] == product["updatedAt"])
            #expect(try await shop.get(.product, try #require(product["id"]?.string)) == product)
            #expect(try await shop.get(.product, "watch-1", as: AccountID()) == nil)
            // The whole of it is told, what only this API knows under seal.
            let told = try await shop.event(ListingPublished.self).listing
            #expect(told.watch.brand == "Omega" && told.price.minorUnits == 540_050)
            let retail = try shop.keyring.open(try #require(told.retail))
            #expect(retail == ["name": "Diver", "category": "watches", "details": ["strap": "rubber"]])
        }
    }

    @Test func whatAProductsUpsertLeavesOutStaysAndSoDoesWhatOthersSay() async throws {
        try await Shop.open { shop in
            try await shop.upsert(.product, "watch-1", Self.watch)
            try await shop.upsert(
                .product, "watch-1", ["description": "Gold", "category": .null, "model": "Seamaster"])
            var product = try #require(try await shop.get(.product, "watch-1"))
            #expect(
                product["description"] == "Gold" && product["name"] == "Diver" && product["price"] == decimal("5400.5"))
            #expect(product["category"] == .null && product["brand"] == "Omega" && product["model"] == "Seamaster")
            #expect(product["createdAt"] != product["updatedAt"])
            // What was read can be sent back, and changes nothing.
            try await shop.upsert(.product, "watch-1", product)
            let again = try #require(try await shop.get(.product, "watch-1"))
            let members = if case .object(let members) = product { members } else { [String: JSONValue]() }
            for (name, value) in members { #expect(again[name] == value, "\(name)") }
            let managed: JSONValue = ["price": ["amount": 100, "currency": "USD"], "quantity": 0]
            _ = try await shop.caller.call(
                "PUT /admin/v1/listings/{external_id}", ["external_id": "watch-1"], body: managed)
            product = try #require(try await shop.get(.product, "watch-1"))
            #expect(product["price"] == 1 && product["currency"] == "USD" && product["status"] == "sold")
            #expect(product["name"] == "Diver" && product["details"] == ["strap": "rubber"])
        }
    }

    @Test func aNewRecordNeedsWhatItCannotBeWithout() async throws {
        try await Shop.open { shop in
            for (resource, body, field) in [
                (.product, ["sku": "S"], "price"), (.store, ["telephone": "1"], "name"),
            ] as [(RetailOS.Resource, JSONValue, String)] {
                let refused = try await shop.put(resource, "new", body)
                #expect(refused.status == 400)
                #expect(refused.body["error"]?["details"]?[field] != nil, "\(refused.body.serialized())")
            }
            // Somebody has asked for it: whether it comes to be is seen when it is its turn.
            _ = try await shop.put(.store, "new", ["name": "Soho"])
            #expect(try await shop.put(.store, "new", ["telephone": "1"]).status == 202)
            #expect(try await shop.stores.queue.work() == 2)
            #expect(try await shop.get(.store, "new")?["telephone"] == "1")
        }
    }

    @Test(
        arguments: [
            (.product, ["price": "1.234", "currency": "EUR"]), (.product, ["price": 5]), (.product, ["price": "x"]),
            (.product, ["price": -1, "currency": "EUR"]), (.product, ["quantity": -1]),
            (.product, ["quantity": "many"]),
            (.product, ["status": "lost"]), (.product, ["images": "x"]), (.product, ["images": [7]]),
            (.product, ["year": "soon"]), (.product, ["complications": [["x": 1]]]), (.product, ["name": 7]),
            (.product, ["externalProductId": "other"]), (.store, ["name": ["x"]]), (.store, ["address": "here"]),
            (.store, ["address": ["city": 5]]), (.store, ["images": "x"]), (.store, ["details": []]),
            (.store, ["externalStoreId": 7]),
        ] as [(RetailOS.Resource, JSONValue)])
    func faultsAreNamed(_ resource: RetailOS.Resource, _ body: JSONValue) async throws {
        try await Shop.open { shop in
            let answer = try await shop.put(resource, "a", body)
            #expect((400..<500).contains(answer.status), "\(answer.status)")
            #expect(answer.body["error"]?["code"] == "VALIDATION_ERROR" && answer.body["result"] == .null)
            #expect(try await shop.products.queue.work() + shop.stores.queue.work() == 0)
        }
    }

    private static let soho: JSONValue = [
        "name": "Soho", "catalogue": "UK Domestic", "telephone": "+44 20 7946 0000", "salesTarget": [["month": 1]],
        "regionId": "south",
        "address": [
            "address1": "1 Dean Street", "address2": "", "city": "London", "county": "", "postCode": "W1D 3RB",
            "country": "United Kingdom",
        ],
    ]

    @Test func aStoreIsTheStoreOfAllAPIs() async throws {
        try await Shop.open { shop in
            try await shop.upsert(.store, "soho", Self.soho)
            let store = try #require(try await shop.get(.store, "soho"))
            for name in ["name", "catalogue", "telephone", "salesTarget", "regionId", "address"] {
                #expect(store[name] == Self.soho[name], "\(name)")
            }
            #expect(store["externalStoreId"] == "soho" && store["clientId"] == .null && store["images"] == [])
            #expect(store["createdAt"] == store["updatedAt"])
            let crm = try await shop.caller.call("GET /v1/stores/{store_id}", ["store_id": "soho"]).body
            #expect(crm["name"] == "Soho" && crm["address"]?["country_code"] == "GB")
            #expect(crm["address"]?["locality"] == "London")
            #expect(try await shop.event(StoreCreated.self).store.retail != nil)
            // The CRM moves it: what was said in other words before is not true any more.
            let moved: JSONValue = [
                "external_id": "soho", "name": "Soho",
                "address": [
                    "address_line1": "9 Rue de Rivoli", "postal_code": "75001", "locality": "Paris",
                    "country_code": "FR",
                ],
            ]
            #expect(try await shop.caller.call("POST /v1/stores", body: moved).status == 200)
            let now = try #require(try await shop.get(.store, "soho"))
            #expect(now["address"]?["city"] == "Paris" && now["address"]?["country"] == "FR")
            #expect(now["telephone"] == store["telephone"] && now["createdAt"] != now["updatedAt"])
        }
    }

    @Test func anAddressThatOthersCannotReadIsKeptForThisAPI() async throws {
        try await Shop.open { shop in
            try await shop.upsert(.store, "dubai", ["name": "Dubai", "address": ["city": "Dubai", "country": "UAE"]])
            #expect(try await shop.get(.store, "dubai")?["address"] == ["city": "Dubai", "country": "UAE"])
            let crm = try await shop.caller.call("GET /v1/stores/{store_id}", ["store_id": "dubai"]).body
            #expect(crm["address"] == .null)
        }
    }

    @Test func listsAreSortedProjectedAndCounted() async throws {
        try await Shop.open { shop in
            for number in 1...3 {
                try await shop.upsert(
                    .product, "p-\(number)", ["price": .number(JSONNumber(number)), "currency": "EUR"])
                try await shop.upsert(.store, "s-\(number)", ["name": .string("Store \(number)")])
            }
            _ = try await shop.upsert(.product, "p-3", ["status": "inactive"])
            let products = try await shop.caller.call(
                "GET /v2/public/products", query: "sort=-price&limit=2&offset=1&fields=externalProductId,price")
            #expect(products.body["action"] == "PRODUCT_GET_ALL" && products.body["result"]?["count"] == 3)
            #expect(
                products.body["result"]?["rows"] == [
                    ["externalProductId": "p-2", "price": 2], ["externalProductId": "p-1", "price": 1],
                ])
            let stores = try await shop.caller.call("GET /v2/public/stores", query: "sort=name&fields=name")
            #expect(stores.body["action"] == "STORE_GET_ALL" && stores.body["result"]?["count"] == 3)
            #expect(stores.body["result"]?["rows"]?.array?.first == ["name": "Store 1"])
            let foreign = try await shop.caller.call("GET /v2/public/stores", as: AccountID())
            #expect(foreign.body["result"] == ["count": 0, "rows": []])
            for query in ["limit=101", "offset=-1", "sort=secret", "fields=secret"] {
                #expect(try await shop.caller.call("GET /v2/public/stores", query: query).status == 400)
            }
        }
    }

    @Test(arguments: [
        ("GB", "GB"), ("gb", "GB"), ("United Kingdom", "GB"), ("the united  states", "US"), ("USA", "US"),
        ("Bosnia & Herzegovina", "BA"), ("Côte d'Ivoire", "CI"), ("Germany", "DE"),
    ])
    func countriesAreKnownByCodeOrName(text: String, code: String) {
        #expect(Country.code(text) == code)
    }

    @Test(arguments: ["", "XX", "Atlantis", "G B"])
    func whatIsNoCountryIsNone(text: String) {
        #expect(Country.code(text) == nil)
    }
}

/// A number that is none of the literals.
private func decimal(_ text: String) -> JSONValue { JSONNumber(text).map { .number($0) } ?? .null }
