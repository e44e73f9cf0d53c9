import FoundationEssentials
import Postgres
import Schema
import TestKit
import Testing

@testable import Orders

/// Noticia's list of sales, and what becomes of sales whose buyer is deleted or turns out to be somebody else.
@Suite struct SalesEventListTests {
    private static func at(_ day: Int) -> JSONValue { .string("2024-04-0\(day)T10:00:00Z") }

    @Test func theListIsWalkedOnceNewestFirst() async throws {
        try await CashDesk.open { desk in
            desk.owners.open("s-1", of: desk.account)
            // Two at one instant, reported in no order.
            for (number, day) in [(1, 2), (2, 5), (3, 2), (4, 1), (5, 4)] {
                _ = try await desk.send(number, ["occurred_at": Self.at(day)])
            }
            var found: [String] = []
            var query = "limit=2"
            for _ in 0..<5 {
                let page = try await desk.caller.call(CashDesk.list, query: query)
                found += page.body["data"]?.array?.compactMap { $0["external_id"]?.string } ?? []
                let cursor = page.body["pagination"]?["next_cursor"]?.string
                #expect(page.body["pagination"]?["has_more"] == .bool(cursor != nil))
                guard let cursor else { break }
                query = "limit=2&cursor=\(cursor)"
            }
            #expect(found == ["T-2", "T-5", "T-3", "T-1", "T-4"])
        }
    }

    @Test func filtersNarrowTheList() async throws {
        try await CashDesk.open { desk in
            desk.owners.open("s-1", of: desk.account)
            let second = desk.owners.open("s-2", of: desk.account)
            let buyer = desk.owners.add("crm-1", of: desk.account)
            _ = try await desk.send(1, ["occurred_at": Self.at(1), "profile_id": "crm-1"])
            _ = try await desk.send(2, ["occurred_at": Self.at(2), "type": "RETURN", "profile_id": "crm-2"])
            _ = try await desk.send(3, ["occurred_at": Self.at(3), "store_id": "s-2", "profile_id": "crm-1"])
            #expect(try await desk.found("store_id=s-2") == ["T-3"])
            #expect(try await desk.found("store_id=\(second.id)") == ["T-3"])
            #expect(try await desk.found("store_id=s-9") == [])
            #expect(try await desk.found("profile_id=crm-1") == ["T-3", "T-1"])
            #expect(try await desk.found("profile_id=\(buyer.profileID)") == ["T-3", "T-1"])
            #expect(try await desk.found("profile_id=crm-9") == [])
            #expect(try await desk.found("profile_id=crm-1&store_id=s-1") == ["T-1"])
            #expect(try await desk.found("type=RETURN") == ["T-2"])
            #expect(try await desk.found("since=2024-04-02T10:00:00Z") == ["T-3", "T-2"])
            #expect(try await desk.found("until=2024-04-02T10:00:00Z") == ["T-1"])
            #expect(try await desk.found("since=2024-04-02T12:00:00%2B02:00&until=2024-04-03") == ["T-2"])
        }
    }

    @Test(arguments: ["limit=many", "limit=101", "type=GIFT", "since=today", "until=today", "cursor=x"])
    func badQueriesAreRefused(query: String) async throws {
        try await CashDesk.open { desk in
            let answer = try await desk.caller.call(CashDesk.list, query: query)
            #expect(answer.status == 400)
            #expect(answer.body["code"] == "VALIDATION_ERROR")
        }
    }

    @Test func aCursorOfAnotherListIsRefused() async throws {
        try await CashDesk.open { desk in
            desk.owners.open("s-1", of: desk.account)
            for number in 1...2 { _ = try await desk.send(number) }
            let page = try await desk.caller.call(CashDesk.list, query: "limit=1")
            let cursor = try #require(page.body["pagination"]?["next_cursor"]?.string)
            let damaged = String(cursor.dropLast()) + (cursor.last == "A" ? "B" : "A")
            #expect(try await desk.caller.call(CashDesk.list, query: "cursor=\(damaged)").status == 400)
            #expect(try await desk.found("cursor=\(cursor)").count == 1)
        }
    }

    @Test func salesOfADeletedPersonLoseThePerson() async throws {
        try await CashDesk.open { desk in
            desk.owners.open("s-1", of: desk.account)
            let buyer = desk.owners.add("crm-1", of: desk.account)
            _ = try await desk.send(1, ["profile_id": "crm-1"])
            let deleted = CustomerDeleted(customerID: buyer, customerNumbers: [], deletedAt: .now())
            try await desk.hear(deleted, CustomerDeletedHandler(parties: desk.book.parties))
            #expect(try await desk.sale("T-1")["profile"] == .null)
            #expect(try await desk.found("profile_id=\(buyer.profileID)") == [])
            #expect(try await desk.found("profile_id=crm-1") == [])
            let rows = try await desk.database.query("SELECT person_id FROM sales_events")
            #expect(try rows[0]["person_id", as: CustomerID?.self] == nil)

            // Late news of the person bring nobody back; the CRM's id is free for a new one.
            try await desk.hear(update(buyer, "crm-1"), CustomerUpdatedHandler(parties: desk.book.parties), sequence: 9)
            #expect(try await desk.sale("T-1")["profile"] == .null)
            desk.owners.delete("crm-1", of: desk.account)
            let next = desk.owners.add("crm-1", of: desk.account)
            let again = try await desk.send(2, ["profile_id": "crm-1"])
            #expect(again.body["profile"]?["id"] == .string(next.profileID.description))
        }
    }

    @Test func salesOfJoinedPeopleMove() async throws {
        try await CashDesk.open { desk in
            desk.owners.open("s-1", of: desk.account)
            let first = desk.owners.add("crm-1", of: desk.account)
            let second = desk.owners.add("crm-2", of: desk.account)
            let third = desk.owners.add("crm-3", of: desk.account)
            _ = try await desk.send(1, ["profile_id": "crm-1"])
            _ = try await desk.send(2, ["profile_id": "crm-2"])
            _ = try await desk.send(3, ["profile_id": "crm-3"])
            // The second is the first; then the first is the third.
            for (gone, stays, name) in [(second, first, "crm-1"), (first, third, "crm-3")] {
                let joined = CustomersJoined(
                    customer: update(stays, name).customer, joinedID: gone, customerNumbers: [])
                try await desk.hear(joined, CustomersJoinedHandler(parties: desk.book.parties), sequence: 2)
                let deleted = CustomerDeleted(
                    customerID: gone, customerNumbers: [], joinedInto: stays, deletedAt: .now())
                try await desk.hear(deleted, CustomerDeletedHandler(parties: desk.book.parties), sequence: 2)
            }
            let profile: JSONValue = ["id": .string(third.profileID.description), "external_id": "crm-3"]
            for number in 1...3 { #expect(try await desk.sale("T-\(number)")["profile"] == profile) }
            for reference in [first, second, third].map(\.profileID.description) + ["crm-3"] {
                #expect(try await desk.found("profile_id=\(reference)").sorted() == ["T-1", "T-2", "T-3"])
            }
            // A report under an id from before the join goes to who it is now.
            let later = try await desk.send(4, ["profile_id": .string(second.profileID.description)])
            #expect(later.body["profile"] == profile)

            let deleted = CustomerDeleted(customerID: third, customerNumbers: [], deletedAt: .now())
            try await desk.hear(deleted, CustomerDeletedHandler(parties: desk.book.parties), sequence: 3)
            for number in 1...4 { #expect(try await desk.sale("T-\(number)")["profile"] == .null) }
        }
    }

    @Test func joinsAreUnderstoodInAnyOrder() async throws {
        try await CashDesk.open { desk in
            desk.owners.open("s-1", of: desk.account)
            let first = desk.owners.add("crm-1", of: desk.account)
            let second = desk.owners.add("crm-2", of: desk.account)
            let third = desk.owners.add("crm-3", of: desk.account)
            for number in 1...3 { _ = try await desk.send(number, ["profile_id": .string("crm-\(number)")]) }
            for (gone, stays) in [(first, third), (second, first)] {
                let deleted = CustomerDeleted(
                    customerID: gone, customerNumbers: [], joinedInto: stays, deletedAt: .now())
                try await desk.hear(deleted, CustomerDeletedHandler(parties: desk.book.parties))
            }
            #expect(try await desk.found("profile_id=\(third.profileID)").sorted() == ["T-1", "T-2", "T-3"])
        }
    }

    @Test func aPersonIsShownUnderTheIDThatAClientGave() async throws {
        try await CashDesk.open { desk in
            desk.owners.open("s-1", of: desk.account)
            let id = CustomerID()
            var created = update(id, id.description)
            created.customer.isExternalIDGiven = false
            let parties = desk.book.parties
            try await desk.hear(CustomerCreated(customer: created.customer), CustomerCreatedHandler(parties: parties))
            let sale = try await desk.send(1, ["profile_id": .string(id.profileID.description)])
            #expect(sale.body["profile"] == ["id": .string(id.profileID.description), "external_id": .null])
            try await desk.hear(update(id, "crm-1"), CustomerUpdatedHandler(parties: parties), sequence: 3)
            // An older event that comes late changes nothing.
            try await desk.hear(update(id, "crm-0"), CustomerUpdatedHandler(parties: parties), sequence: 2)
            #expect(try await desk.sale("T-1")["profile"]?["external_id"] == "crm-1")
            #expect(try await desk.found("profile_id=crm-1") == ["T-1"])
        }
    }

    private func update(_ id: CustomerID, _ externalID: String) -> CustomerUpdated {
        var event = CustomerUpdated.example
        event.customer.id = id
        event.customer.externalID = externalID
        event.customer.isExternalIDGiven = true
        return event
    }
}
