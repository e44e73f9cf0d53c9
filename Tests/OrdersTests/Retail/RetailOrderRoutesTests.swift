import Edge
import Foundation
import Logging
import Messaging
import Postgres
import Schema
import ServiceKit
import TestKit
import Testing

@testable import Orders

/// The clienteling API's orders, against the database: those of its own clients, of dealers and of the checkout.
@Suite struct RetailOrderRoutesTests {
    private struct Shop {
        let till: Till
        let orders: RetailOrders
        let caller: RouteCaller

        static func open(_ body: (Shop) async throws -> Void) async throws {
            try await Till.open { try await body(Shop($0)) }
        }

        private init(_ till: Till) {
            self.till = till
            orders = RetailOrders(
                checkout: till.book,
                jobs: RetailJobStore(database: till.database, outbox: till.book.orders.outbox),
                logger: Logger(label: "test"))
            let idempotency = Idempotency(database: till.database, keyring: till.keyring)
            caller = RouteCaller(
                RetailOrderRoutes(orders: orders, idempotency: idempotency).routes
                    + DealerOrderRoutes(checkout: till.book, idempotency: idempotency).routes)
        }

        func put(_ id: String, _ body: JSONValue, key: String? = nil) async throws -> RouteCaller.Answer {
            try await caller.call(
                "PUT /v2/public/orders/{externalOrderId}", ["externalOrderId": id], body: body, key: key,
                as: till.account)
        }

        /// Has a body accepted and tried; answers why it failed, if it did.
        @discardableResult
        func upsert(_ id: String, _ body: JSONValue) async throws -> String? {
            let answer = try await put(id, body)
            #expect(answer.status == 202, "\(answer.body.serialized())")
            let job = try #require(answer.body["result"]?.array?.first?["id"]?.string)
            #expect(try await orders.queue.work() == 1)
            let rows = try await till.database.query("SELECT status, error FROM retail_jobs WHERE id = \(job)::uuid")
            let row = try #require(rows.first)
            let error: String? = try row["error"]
            #expect(try row["status", as: String.self] == (error == nil ? "completed" : "failed"))
            return error
        }

        func get(_ id: String, as other: AccountID? = nil) async throws -> JSONValue? {
            let answer = try await caller.call("GET /v2/public/orders/{id}", ["id": id], as: other ?? till.account)
            return answer.status == 200 ? answer.body["result"] : nil
        }

        /// The events of an order, by name and sequence, in the order of their making.
        func told(of order: JSONValue) async throws -> [String] {
            let id = try #require(order["id"]?.string.flatMap { UUID(uuidString: $0) })
            return try await till.database.query(
                """
                SELECT split_part(type, '.', 4) || ' ' || sequence AS event FROM outbox
                WHERE subject = \(OrderID(uuid: id).description) ORDER BY position
                """
            ).map { try $0["event"] }
        }

        func last<E: Event>(_ type: E.Type) async throws -> E {
            let rows = try await till.database.query(
                "SELECT payload FROM outbox WHERE type = \(E.type) ORDER BY position DESC LIMIT 1")
            return try JSON.decode(from: try #require(rows.first)["payload", as: String.self])
        }
    }

    private static let sale: JSONValue = [
        "externalOrderId": "o-1", "currency": "GBP", "total": exactly("250.5"), "externalCustomerId": "jo-1",
        "externalStoreId": "soho", "details": ["gift": true], "orderedAt": "2026-03-01T10:00:00Z",
        "items": [
            ["externalProductId": "watch-1", "quantity": 2, "unitPrice": "100.25"],
            ["sku": "STRAP", "quantity": 1, "unitPrice": 50],
        ],
        "customer": ["firstName": "Jo", "lastName": "Doe", "email": "jo@shop.example", "telephone": "+44 7911 123456"],
        "deliveryAddress": ["address1": "1 Dean Street", "city": "London", "postCode": "W1D 3RB", "country": "UK"],
    ]

    @Test func anUpsertPlacesAnOrderOfTheOneBook() async throws {
        try await Shop.open { shop in
            #expect(try await shop.upsert("o-1", Self.sale) == nil)
            let order = try #require(try await shop.get("o-1"))
            for name in ["currency", "total", "externalCustomerId", "externalStoreId", "details"] {
                #expect(order[name] == Self.sale[name], "\(name)")
            }
            #expect(order["status"] == "pending" && order["orderedAt"] == "2026-03-01T10:00:00.000Z")
            #expect(order["items"]?.array?.first?["unitPrice"] == exactly("100.25"))
            #expect(order["items"]?.array?.last?["sku"] == "STRAP")
            #expect(order["customer"]?["lastName"] == "Doe" && order["deliveryAddress"]?["city"] == "London")
            #expect(order["createdAt"] == order["updatedAt"])
            #expect(try await shop.get(try #require(order["id"]?.string)) == order)
            #expect(try await shop.get("o-1", as: AccountID()) == nil)
            // A dealer of the account sees it too, and catalog will look for stock.
            let dealer = try await shop.caller.call("GET /v1/orders", as: shop.till.account).body
            #expect(dealer["data"]?.array?.first?["channel_order_id"] == "o-1")
            let told = try await shop.last(OrderPlaced.self).order
            #expect(told.lineItems.first?.externalID == "watch-1" && told.total == 25_050)
            #expect(try shop.till.keyring.open(try #require(told.buyer)).email == "jo@shop.example")
            let retail = try shop.till.keyring.open(try #require(told.retail))
            #expect(retail["externalStoreId"] == "soho" && retail["details"] == ["gift": true])
        }
    }

    @Test func whatIsSaidOfAnOrderChangesIt() async throws {
        try await Shop.open { shop in
            try await shop.upsert("o-1", Self.sale)
            let before = try #require(try await shop.get("o-1"))
            // What was read can be sent back, and changes nothing.
            #expect(try await shop.upsert("o-1", before) == nil)
            #expect(try await shop.get("o-1") == before)
            let change: JSONValue = [
                "customer": ["telephone": "+44 7911 654321"], "details": ["gift": false], "externalStoreId": .null,
            ]
            #expect(try await shop.upsert("o-1", change) == nil)
            let after = try #require(try await shop.get("o-1"))
            #expect(after["customer"]?["telephone"] == "+44 7911 654321" && after["customer"]?["firstName"] == "Jo")
            #expect(after["details"] == ["gift": false] && after["externalStoreId"] == .null)
            #expect(after["createdAt"] == before["createdAt"] && after["updatedAt"] != before["updatedAt"])
            #expect(try await shop.last(OrderModified.self).modification == .details)
            #expect(try await shop.upsert("o-1", ["status": "cancelled"]) == nil)
            #expect(try await shop.get("o-1")?["status"] == "cancelled")
            #expect(try await shop.upsert("o-1", ["status": "matched"])?.contains("called off") == true)
            let events = ["order_placed 1", "order_modified 2", "order_cancelled 3"]
            #expect(try await shop.told(of: after) == events)
        }
    }

    @Test(
        arguments: [
            (["currency": "GBP", "items": [["sku": "STRAP", "quantity": 1, "unitPrice": 50]]], "items"),
            (["currency": "EUR"], "currency"), (["currency": "GBP", "total": 1], "total"),
        ] as [(JSONValue, String)])
    func whatStockIsHeldForStays(_ change: JSONValue, _ word: String) async throws {
        try await Shop.open { shop in
            try await shop.upsert("o-1", Self.sale)
            let before = try await shop.get("o-1")
            #expect(try await shop.upsert("o-1", change)?.contains(word) == true)
            #expect(try await shop.get("o-1") == before)
        }
    }

    @Test func ordersOfTheCheckoutAreShownWholeAndKeptAsTheyAre() async throws {
        try await Shop.open { shop in
            let number = try await shop.till.placeOrder()
            let order = try #require(try await shop.get(number))
            #expect(order["externalOrderId"] == .string(number) && order["total"] == 55 && order["shipping"] == 5)
            #expect(order["subtotal"] == 50 && order["customer"]?["firstName"] == "Jo")
            #expect(try await shop.upsert(number, order) == nil)
            #expect(try await shop.get(number) == order)
            #expect(try await shop.upsert(number, ["customer": ["firstName": "Joe"]])?.contains("checkout") == true)
            #expect(try await shop.upsert(number, ["externalStoreId": "soho"]) == nil)
            let changed = try #require(try await shop.get(number))
            #expect(changed["externalStoreId"] == "soho" && changed["updatedAt"] != order["updatedAt"])
            let told = try await shop.last(OrderModified.self).order
            #expect(told.checkout?.number == number && told.retail != nil)
            #expect(try await shop.upsert(number, ["status": "canceled"]) == nil)
            #expect(try await shop.get(number)?["status"] == "cancelled")
            try await eventually("what was paid is given back") {
                try await shop.till.told().contains("order_refunded")
            }
            let listed = try await shop.caller.call("GET /v2/public/orders", as: shop.till.account)
            let now = try await shop.get(number)
            #expect(listed.body["result"]?["rows"]?.array?.first == now)
        }
    }

    @Test func listsAreSortedProjectedAndCounted() async throws {
        try await Shop.open { shop in
            for number in 1...3 {
                let body: JSONValue = [
                    "currency": "EUR", "items": [["quantity": 1, "unitPrice": .number(JSONNumber(number))]],
                ]
                try await shop.upsert("o-\(number)", body)
            }
            let listed = try await shop.caller.call(
                "GET /v2/public/orders", query: "sort=externalOrderId&limit=2&offset=1&fields=externalOrderId,total",
                as: shop.till.account)
            #expect(listed.body["action"] == "ORDER_GET_ALL" && listed.body["result"]?["count"] == 3)
            #expect(
                listed.body["result"]?["rows"] == [
                    ["externalOrderId": "o-2", "total": 2], ["externalOrderId": "o-3", "total": 3],
                ])
            let foreign = try await shop.caller.call("GET /v2/public/orders", as: AccountID())
            #expect(foreign.body["result"] == ["count": 0, "rows": []])
            for query in ["limit=0", "offset=x", "sort=total", "fields=secret"] {
                let refused = try await shop.caller.call(
                    "GET /v2/public/orders", query: query, as: shop.till.account)
                #expect(refused.status == 400)
            }
        }
    }

    @Test(
        arguments: [
            ["items": []], ["items": [["quantity": 1, "unitPrice": 1]]], ["currency": "EUR"],
            ["currency": "EUR", "items": [["quantity": 0, "unitPrice": 1]]],
            ["currency": "EUR", "items": [["quantity": 1, "unitPrice": exactly("1.234")]]],
            ["currency": "EUR", "items": [["quantity": 1]]], ["currency": "EUR", "items": ["x"]],
            ["currency": "EUR", "items": [["quantity": 1, "unitPrice": 1, "sku": 7]]],
            ["currency": "EUR", "items": [["quantity": 1, "unitPrice": 1]], "total": "x"],
            ["currency": "EUR", "items": [["quantity": 1, "unitPrice": 1]], "status": "lost"],
            ["currency": "EUR", "items": [["quantity": 1, "unitPrice": 1]], "customer": "Jo"],
            ["currency": "EUR", "items": [["quantity": 1, "unitPrice": 1]], "customer": ["email": 7]],
            ["currency": "EUR", "items": [["quantity": 1, "unitPrice": 1]], "orderedAt": "today"],
            ["currency": "EUR", "items": [["quantity": 1, "unitPrice": 1]], "externalOrderId": "other"],
        ] as [JSONValue])
    func faultsAreNamed(_ body: JSONValue) async throws {
        try await Shop.open { shop in
            let answer = try await shop.put("o-1", body)
            #expect(answer.status == 400, "\(answer.body.serialized())")
            #expect(answer.body["error"]?["code"] == "VALIDATION_ERROR" && answer.body["result"] == .null)
            #expect(try await shop.orders.queue.work() == 0)
        }
    }

    @Test func whatIsNoNumberIsNamedOnce() async throws {
        try await Shop.open { shop in
            let answer = try await shop.put(
                "o-1",
                ["currency": "EUR", "items": [["quantity": "two", "unitPrice": 1], ["quantity": exactly("1.5")]]])
            #expect(
                answer.body["error"]?["details"] == [
                    "items.0.quantity": ["This must be a whole number."],
                    "items.1.quantity": ["This must be a whole number."],
                    "items.1.unitPrice": ["This field is required."],
                ])
        }
    }

    @Test func aRepeatedKeyMakesOneJob() async throws {
        try await Shop.open { shop in
            let first = try await shop.put("o-1", Self.sale, key: "once")
            let again = try await shop.put("o-1", Self.sale, key: "once")
            #expect(again.body == first.body)
            #expect(try await shop.orders.queue.work() == 1)
        }
    }

    @Test func anUpsertThatContradictsItselfFails() async throws {
        try await Shop.open { shop in
            let body: JSONValue = ["currency": "EUR", "items": [["quantity": 1, "unitPrice": 1]], "total": 2]
            let reason = try await shop.upsert("o-1", body)
            #expect(reason?.contains("total") == true)
            let large: JSONValue = [
                "currency": "EUR", "items": [["quantity": 1_000_000, "unitPrice": "92233720368547758.07"]],
            ]
            #expect(try await shop.upsert("o-1", large)?.contains("too large") == true)
            #expect(try await shop.get("o-1") == nil)
        }
    }
}

/// A number that is none of the literals.
private func exactly(_ text: String) -> JSONValue { JSONNumber(text).map { .number($0) } ?? .null }
