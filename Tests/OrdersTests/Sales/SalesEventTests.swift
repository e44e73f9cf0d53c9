import Edge
import FoundationEssentials
import Messaging
import Postgres
import Schema
import TestKit
import Testing

@testable import Orders

/// Noticia's `POST /v1/sales-events`, and who the store and the buyer are.
@Suite struct SalesEventTests {
    private static let whole: [String: JSONValue] = [
        "profile_id": "crm-1", "total_tax_cents": 2_083,
        "loyalty": ["points_earned": 125, "points_spent": 0, "points_balance": 1_450],
        "payments": [["method": "CARD", "amount_cents": 12_500]], "source": "POS v3",
        "metadata": ["till": 7, "rate": decimal("0.1"), "open": true, "note": "x"],
        "line_items": [
            [
                "external_id": "LINE-001", "quantity": decimal("2.5"), "unit": "m", "unit_price_cents": 5_000,
                "total_price_cents": 12_500, "discount_cents": 0, "tax_cents": 2_083,
                "product": [
                    "external_id": "SKU-12345", "name": "Cloth", "properties": ["category": "Fabrics"],
                ],
            ]
        ],
    ]

    @Test func aSaleIsAnsweredAsItWasSent() async throws {
        try await CashDesk.open { desk in
            let store = desk.owners.open("s-1", of: desk.account)
            let sent = CashDesk.ticket(1, Self.whole)
            let created = try await desk.caller.call(CashDesk.create, body: sent)
            #expect(created.status == 201)
            let verbatim = [
                "external_id", "type", "currency", "total_amount_cents", "total_discount_cents", "total_tax_cents",
                "loyalty", "payments", "source", "metadata", "line_items",
            ]
            for name in verbatim { #expect(created.body[name] == sent[name], "\(name)") }
            #expect(created.body["occurred_at"] == "2024-04-21T12:32:00.000Z")
            #expect(created.body["store"] == ["id": .string(store.id.description), "external_id": "s-1"])
            #expect(created.body["profile"]?["external_id"] == "crm-1")
            #expect(created.body["profile"]?["id"]?.string.flatMap { ProfileID($0) } != nil)
            let id = try #require(created.body["id"]?.string)
            for reference in [id, "T-1"] { #expect(try await desk.sale(reference) == created.body) }

            let told = try await desk.database.query("SELECT payload FROM outbox WHERE type = \(SaleRecorded.type)")
            let sale = try JSON.decode(SaleRecorded.self, from: told[0]["payload", as: String.self]).sale
            #expect(sale.id.description == id)
            #expect(sale.storeID == store.id)
            #expect(sale.customerID?.profileID.description == created.body["profile"]?["id"]?.string)
            #expect(sale.lines[0].quantity == Decimal(string: "2.5"))
        }
    }

    @Test func whatATillLeavesOutIsNull() async throws {
        try await CashDesk.open { desk in
            desk.owners.open("s-1", of: desk.account)
            let sale = try await desk.send(1, ["external_id": .null, "total_discount_cents": .null]).body
            for name in ["external_id", "profile", "total_tax_cents", "loyalty", "source"] {
                #expect(sale[name] == .null, "\(name)")
            }
            #expect(sale["total_discount_cents"] == 0)
            #expect(sale["payments"] == [])
            #expect(sale["line_items"]?.array?.first?["product"] == .null)
            // Without an id of the retailer's, each report is a sale of its own.
            let second = try await desk.send(1, ["external_id": .null])
            #expect(second.status == 201)
            #expect(second.body["id"] != sale["id"])
        }
    }

    @Test func theExternalIDIsRecordedOnceForGood() async throws {
        try await CashDesk.open { desk in
            desk.owners.open("s-1", of: desk.account)
            let first = try await desk.send(1)
            // Also where the repetition names what nobody knows.
            let changes: [String: JSONValue] = ["total_amount_cents": 1, "store_id": "no-such", "profile_id": "crm-9"]
            let again = try await desk.send(1, changes)
            #expect(again.status == 200)
            #expect(again.body == first.body)
            #expect(desk.owners.added.isEmpty)
            let keyed = try await desk.send(1, key: "k")
            #expect(keyed.status == 200)
            #expect(keyed.body == first.body)
            #expect(try await desk.told(SaleRecorded.self) == 1)
        }
    }

    @Test func racingReportsMakeOneSale() async throws {
        try await CashDesk.open { desk in
            desk.owners.open("s-1", of: desk.account)
            let answers = try await withThrowingTaskGroup(of: RouteCaller.Answer.self) { tasks in
                for number in 0..<12 {
                    tasks.addTask {
                        // Some with keys of their own.
                        try await desk.send(1, ["profile_id": "crm-1"], key: number % 3 == 0 ? "k\(number)" : nil)
                    }
                }
                return try await tasks.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.map(\.status).sorted() == Array(repeating: 200, count: 11) + [201])
            #expect(Set(answers.map(\.body)).count == 1)
            #expect(try await desk.told(SaleRecorded.self) == 1)
        }
    }

    @Test func aRepeatedKeyGivesTheFirstAnswer() async throws {
        try await CashDesk.open { desk in
            desk.owners.open("s-1", of: desk.account)
            let changes: [String: JSONValue] = ["external_id": .null, "profile_id": "crm-1"]
            let first = try await desk.send(1, changes, key: "k")
            #expect(first.status == 201)
            let again = try await desk.send(1, changes, key: "k")
            #expect(again.status == 201)
            #expect(again.body == first.body)
            #expect(try await desk.send(2, changes.merging(["source": "x"]) { $1 }, key: "k").status == 409)

            // Who was deleted in between is not added again by a repetition.
            let id = try #require(first.body["profile"]?["id"]?.string.flatMap { ProfileID($0) }).customerID
            desk.owners.delete("crm-1", of: desk.account)
            let deleted = CustomerDeleted(customerID: id, customerNumbers: [], deletedAt: .now())
            try await desk.hear(deleted, CustomerDeletedHandler(parties: desk.book.parties))
            #expect(try await desk.send(1, changes, key: "k").body == first.body)
            #expect(desk.owners.added == ["crm-1"])
            #expect(try await desk.told(SaleRecorded.self) == 1)
        }
    }

    @Test func unknownReferencesAreRefused() async throws {
        try await CashDesk.open { desk in
            desk.owners.open("s-1", of: desk.account)
            func refused(_ changes: [String: JSONValue], _ message: String) async throws {
                let answer = try await desk.send(1, changes)
                #expect(answer.status == 404)
                #expect(answer.body["code"] == "RESOURCE_NOT_FOUND")
                #expect(answer.body["message"] == .string(message))
            }
            try await refused(["store_id": "s-2"], "No store matches this reference.")
            try await refused(["store_id": .string(StoreID().description)], "No store matches this reference.")
            try await refused(["profile_id": "prof_000"], "No profile matches this reference.")
            try await refused(["profile_id": .string(ProfileID().description)], "No profile matches this reference.")
            // Nobody is added for a sale that cannot be.
            try await refused(["store_id": "s-2", "profile_id": "crm-1"], "No store matches this reference.")
            #expect(desk.owners.added.isEmpty)
            #expect(try await desk.found().isEmpty)
        }
    }

    @Test func anUnknownCRMBuyerIsAddedOnce() async throws {
        try await CashDesk.open { desk in
            desk.owners.open("s-1", of: desk.account)
            let first = try await desk.send(1, ["profile_id": "crm-1"])
            let second = try await desk.send(2, ["profile_id": "crm-1"])
            #expect(first.status == 201)
            #expect(second.body["profile"] == first.body["profile"])
            let third = try await desk.send(3, ["profile_id": first.body["profile"]?["id"] ?? .null])
            #expect(third.body["profile"] == first.body["profile"])
            #expect(desk.owners.added == ["crm-1"])
            // What was heard once is not asked again.
            #expect(try await desk.told(StoreRequested.self) == 1)
            #expect(try await desk.told(PersonRequested.self) == 1)
        }
    }

    @Test func whoeverDoesNotAnswerCostsNothing() async throws {
        try await CashDesk.open(answers: false) { desk in
            let answer = try await desk.send(1)
            #expect(answer.status == 503)
            #expect(answer.body["code"] == "SERVICE_UNAVAILABLE")
            #expect(try await desk.told(SaleRecorded.self) == 0)
            // News of the store come some other way: the same report is taken.
            let store = desk.owners.open("s-1", of: desk.account)
            try await desk.hear(StoreCreated(store: store), StoreCreatedHandler(parties: desk.book.parties))
            #expect(try await desk.send(1).status == 201)
        }
    }

    @Test(
        arguments: [
            ["type": "GIFT"], ["type": .null], ["occurred_at": "2024-04-21"], ["occurred_at": "2024-04-21T14:32:00"],
            ["occurred_at": "yesterday"], ["occurred_at": .null], ["store_id": .null], ["currency": "EURO"],
            ["currency": .null], ["total_amount_cents": -1], ["total_amount_cents": decimal("1.5")],
            ["total_amount_cents": .null],
            ["total_discount_cents": -1], ["total_tax_cents": -1], ["line_items": .null], ["line_items": []],
            ["line_items": [["quantity": 0, "total_price_cents": 1]]], ["line_items": [["total_price_cents": 1]]],
            ["line_items": [["quantity": 1]]],
            ["line_items": [["quantity": decimal("0.0000001"), "total_price_cents": 1]]],
            ["line_items": [["quantity": 1, "total_price_cents": 1, "product": ["properties": 7]]]],
            ["payments": [["amount_cents": 1]]], ["payments": [["method": "CARD", "amount_cents": -1]]],
            ["metadata": [1]], ["metadata": ["text": .string(String(repeating: "x", count: 70_000))]],
            ["loyalty": ["points_earned": "many"]], ["external_id": .string(SalesEventID().description)],
        ] as [[String: JSONValue]])
    func badBodiesAreRefused(changes: [String: JSONValue]) async throws {
        try await CashDesk.open { desk in
            desk.owners.open("s-1", of: desk.account)
            let answer = try await desk.send(1, changes)
            #expect(answer.status == 400)
            #expect(answer.body["code"] == "VALIDATION_ERROR")
            #expect(try await desk.told(SaleRecorded.self) == 0)
        }
    }

    @Test func accountsSeeOnlyTheirSales() async throws {
        try await CashDesk.open { desk in
            let store = desk.owners.open("s-1", of: desk.account)
            let buyer = desk.owners.add("crm-1", of: desk.account)
            let mine = try await desk.send(1, ["profile_id": "crm-1"])
            let stranger = AccountID()
            for reference in ["T-1", try #require(mine.body["id"]?.string)] {
                let found = try await desk.caller.call(
                    CashDesk.retrieve, ["sales_event_id": reference], as: stranger)
                #expect(found.status == 404)
            }
            #expect(try await desk.found(as: stranger).isEmpty)
            for reference in ["s-1", store.id.description] {
                #expect(try await desk.send(2, ["store_id": .string(reference)], as: stranger).status == 404)
                #expect(try await desk.found("store_id=\(reference)", as: stranger).isEmpty)
            }
            desk.owners.open("s-1", of: stranger)
            let foreign = JSONValue.string(buyer.profileID.description)
            #expect(try await desk.send(2, ["profile_id": foreign], as: stranger).status == 404)
            let theirs = try await desk.send(1, ["profile_id": "crm-1"], as: stranger)
            #expect(theirs.status == 201)
            #expect(theirs.body["profile"]?["id"] != mine.body["profile"]?["id"])
            #expect(theirs.body["store"]?["id"] != mine.body["store"]?["id"])
        }
    }
}
