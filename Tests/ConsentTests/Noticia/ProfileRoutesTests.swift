import Edge
import Postgres
import Schema
import TestKit
import Testing

@testable import Consent

/// The CRM API's profiles.
@Suite struct ProfileRoutesTests {
    @Test func aProfileHasTheDocumentedFieldsUnderBothReferences() async throws {
        try await CRM.open { crm in
            let sent: [String: JSONValue] = ["first_name": "Camille", "last_name": "Durand"]
            let created = try await crm.upsert("crm-1", phone: "+33612345678", sent)
            #expect(created.status == 201)
            let id = try #require(created["id"])
            #expect(id.hasPrefix("prof_"))
            #expect(created["external_id"] == "crm-1")
            #expect(created["phone_number"] == "+33612345678")
            #expect(created["first_name"] == "Camille")
            #expect(created["created_at"].flatMap { Timestamp(rfc3339: $0) } != nil)
            for reference in ["crm-1", id] {
                let found = try await crm.profile(reference)
                #expect(found.status == 200)
                #expect(found.body == created.body)
            }
            let search = try await crm.caller.call(
                "POST /v1/profiles/search", body: ["phone_number": "+33612345678"])
            #expect(search.body == created.body)
            for reference in ["crm-2", "prof_000000000000000000000000", ProfileID().description] {
                #expect(try await crm.profile(reference).status == 404, "\(reference)")
            }
        }
    }

    @Test func whatAnUpdateLeavesOutStays() async throws {
        try await CRM.open { crm in
            let created = try await crm.upsert("crm-1", phone: "+33612345678", ["first_name": "Camille"])
            let updated = try await crm.upsert("crm-1", ["last_name": "Martin", "first_name": .null])
            #expect(updated.status == 200)
            #expect(updated["id"] == created["id"])
            #expect(updated["first_name"] == "Camille")
            #expect(updated["phone_number"] == "+33612345678")
            let same = try await crm.upsert("crm-1", ["last_name": "Martin"])
            #expect(same.body == updated.body)
            #expect(try await crm.told() == ["customer_created 1", "customer_updated 2"])
        }
    }

    @Test func aNumberOfAnotherProfileIsAConflict() async throws {
        try await CRM.open { crm in
            let first = try await crm.upsert("crm-1", phone: "+33612345678")
            let clash = try await crm.upsert("crm-2", phone: "+33612345678", ["first_name": "Eve"])
            #expect(clash.status == 409)
            #expect(clash["code"] == "RESOURCE_CONFLICT")
            #expect(clash.body["details"]?["conflicting_profile_id"] == first.body["id"])
            #expect(clash.body["details"]?["conflicting_external_id"] == "crm-1")
            #expect(try await crm.profile("crm-2").status == 404, "nothing of it was kept")
            // A number that was given up is free.
            _ = try await crm.upsert("crm-1", phone: "+33612345679")
            #expect(try await crm.upsert("crm-2", phone: "+33612345678").status == 201)
        }
    }

    @Test func manyWhoWantOneNumberGetItOnce() async throws {
        try await CRM.open { crm in
            let statuses = try await withThrowingTaskGroup(of: Int.self) { tasks in
                for number in 0..<12 {
                    tasks.addTask { try await crm.upsert("crm-\(number)", phone: "+33612345678").status }
                }
                return try await tasks.reduce(into: [Int]()) { $0.append($1) }
            }
            #expect(statuses.count { $0 == 201 } == 1)
            #expect(statuses.count { $0 == 409 } == 11)
            #expect(try await crm.count("people") == 1)
        }
    }

    @Test func manyWhoMakeOneProfileMakeItOnce() async throws {
        try await CRM.open { crm in
            let statuses = try await withThrowingTaskGroup(of: Int.self) { tasks in
                for number in 0..<12 {
                    tasks.addTask { try await crm.upsert("crm-1", ["first_name": .string("\(number)")]).status }
                }
                return try await tasks.reduce(into: [Int]()) { $0.append($1) }
            }
            #expect(statuses.count { $0 == 201 } == 1)
            #expect(statuses.count { $0 == 200 } == 11)
            let told = try await crm.told()
            #expect(told == ["customer_created 1"] + (2...12).map { "customer_updated \($0)" })
        }
    }

    @Test func attributesAreSetAndListed() async throws {
        try await CRM.open { crm in
            _ = try await crm.upsert("crm-1", ["attributes": ["tier": "gold", "favorite_store": "lyon"]])
            let path = ["profile_id": "crm-1"]
            func list() async throws -> [JSONValue] {
                try await crm.caller.call("GET /v1/profiles/{profile_id}/attributes", path).body["data"]?.array ?? []
            }
            let before = try await list()
            #expect(before.map { $0["key"] } == ["favorite_store", "tier"])
            #expect(before.allSatisfy { $0["source"] == "api" && $0["updated_at"] != nil })
            let written = try await crm.caller.call(
                "POST /v1/profiles/{profile_id}/attributes", path,
                body: ["attributes": ["tier": "platinum", "visits": 7, "favorite_store": .null]])
            #expect(written.status == 200)
            #expect(written.body["data"]?.array?.map { $0["value"] } == ["platinum", 7])
            #expect(try await list() == written.body["data"]?.array)
            for (body, status) in [([:], 400), (["attributes": ["a": [1]]], 400)] as [(JSONValue, Int)] {
                let reply = try await crm.caller.call("POST /v1/profiles/{profile_id}/attributes", path, body: body)
                #expect(reply.status == status)
            }
            let nobody = try await crm.caller.call(
                "POST /v1/profiles/{profile_id}/attributes", ["profile_id": "x"], body: ["attributes": ["a": "b"]])
            #expect(nobody.status == 404)
        }
    }

    @Test func bulkEntriesAreJudgedOneByOneAndInOrder() async throws {
        try await CRM.open { crm in
            _ = try await crm.upsert("crm-1", phone: "+33612345678")
            let reply = try await crm.caller.call(
                "POST /v1/profiles/bulk",
                body: [
                    "profiles": [
                        ["external_id": "crm-2", "first_name": "A"],
                        ["external_id": "crm-3", "phone_number": "+33612345678"],
                        ["external_id": "crm-4", "phone_number": "0612345678"],
                        ["external_id": 5],
                        "nothing",
                        ["external_id": "crm-2", "first_name": "B"],
                        ["external_id": "crm-1", "phone_number": "+33612345679"],
                        ["external_id": "crm-3", "phone_number": "+33612345678"],
                    ]
                ])
            #expect(reply.status == 200)
            let results = reply.body["results"]?.array ?? []
            #expect(
                results.map { $0["status"]?.string } == [
                    "created", "failed", "failed", "failed", "failed", "updated", "updated", "created",
                ])
            #expect(
                results.map { $0["external_id"]?.string } == [
                    "crm-2", "crm-3", "crm-4", nil, nil, "crm-2", "crm-1", "crm-3",
                ])
            #expect(results[1]["error"]?["code"] == "RESOURCE_CONFLICT")
            // Fields are named as in the entry: the results stand in its order.
            #expect(
                results[2...4].map { $0["error"]?["message"]?.string } == [
                    "phone_number must be a valid E.164 number.", "external_id must be a string.",
                    "This must be an object.",
                ])
            #expect(reply.body["summary"] == ["total": 8, "succeeded": 4, "failed": 4])
            #expect(try await crm.profile("crm-2")["first_name"] == "B")
            let sequences = try await crm.told()
            #expect(sequences.count { $0 == "customer_created 1" } == 3)
            #expect(sequences.count { $0 == "customer_updated 2" } == 2)
        }
    }

    /// Two profiles may exchange their numbers within one call, over a third one.
    @Test func numbersMoveBetweenTheProfilesOfACall() async throws {
        try await CRM.open { crm in
            let (one, two, three) = ("+33612345671", "+33612345672", "+33612345673")
            _ = try await crm.upsert("a", phone: one)
            _ = try await crm.upsert("b", phone: two)
            let profiles: [JSONValue] = [("a", three), ("b", one), ("a", two)].map { name, number in
                ["external_id": .string(name), "phone_number": .string(number)]
            }
            let reply = try await crm.caller.call("POST /v1/profiles/bulk", body: ["profiles": .array(profiles)])
            #expect(reply.body["summary"]?["failed"] == 0)
            #expect(try await crm.profile("a")["phone_number"] == two)
            #expect(try await crm.profile("b")["phone_number"] == one)
        }
    }

    /// Opt-ins lock people in the order of their ids. A call that locks them by its own would meet them in deadlocks.
    @Test func aBulkCallLocksPeopleInTheOrderOfTheirIDs() async throws {
        try await CRM.open { crm in
            // By name they stand the other way round.
            for name in ["b", "a"] { _ = try await crm.upsert(name) }
            let call = try await crm.database.withTransaction { transaction in
                _ = try await transaction.query("SELECT FROM people WHERE external_id = 'b' FOR UPDATE")
                let call = Task {
                    try await crm.caller.call(
                        "POST /v1/profiles/bulk",
                        body: ["profiles": [["external_id": "a", "first_name": "A"], ["external_id": "b"]]])
                }
                try await eventually("the call waits for b") {
                    try await crm.database.query(
                        """
                        SELECT FROM pg_stat_activity
                        WHERE datname = current_database() AND wait_event_type = 'Lock'
                        """
                    ).count == 1
                }
                let free = try await crm.database.query(
                    "SELECT FROM people WHERE external_id = 'a' FOR UPDATE SKIP LOCKED")
                #expect(free.count == 1)
                return call
            }
            #expect(try await call.value.body["summary"]?["succeeded"] == 2)
        }
    }

    @Test func aBulkCallHasItsLimit() async throws {
        try await CRM.open { crm in
            func bulk(_ count: Int) async throws -> RouteCaller.Answer {
                let profiles = (0..<count).map { JSONValue.object(["external_id": .string("many-\($0)")]) }
                return try await crm.caller.call("POST /v1/profiles/bulk", body: ["profiles": .array(profiles)])
            }
            let refused = try await bulk(257)
            #expect(refused.status == 400)
            #expect(try await crm.count("people") == 0)
            #expect(try await bulk(256).body["summary"]?["succeeded"] == 256)
            #expect(try await bulk(256).body["results"]?.array?.first?["status"] == "updated")
            #expect(try await crm.caller.call("POST /v1/profiles/bulk", body: [:]).status == 400)
        }
    }

    @Test func listsAreWalkedOnceAndFiltered() async throws {
        try await CRM.open { crm in
            for number in 1...5 { _ = try await crm.upsert("crm-\(number)") }
            _ = try await crm.upsert("crm-2", ["first_name": "Late"])
            func walk(_ query: String) async throws -> [String] {
                var found: [String] = []
                var cursor = ""
                repeat {
                    let reply = try await crm.caller.call("GET /v1/profiles", query: "limit=2&\(query)\(cursor)")
                    #expect(reply.status == 200)
                    found += reply.body["data"]?.array?.compactMap { $0["external_id"]?.string } ?? []
                    cursor = reply.body["pagination"]?["next_cursor"]?.string.map { "&cursor=\($0)" } ?? ""
                    #expect(reply.body["pagination"]?["has_more"] == .bool(!cursor.isEmpty))
                } while !cursor.isEmpty
                return found
            }
            #expect(try await walk("") == ["crm-5", "crm-4", "crm-3", "crm-2", "crm-1"])
            try await eventually("the change is old enough to be listed") {
                try await walk("sort=updated_at") == ["crm-1", "crm-3", "crm-4", "crm-5", "crm-2"]
            }
            #expect(try await walk("external_id=crm-3") == ["crm-3"])
            let third = try #require(try await crm.profile("crm-3")["created_at"])
            #expect(try await walk("created_since=\(third)").suffix(1) == ["crm-3"])
            let late = try #require(try await crm.profile("crm-2")["updated_at"])
            #expect(try await walk("sort=updated_at&updated_since=\(late)") == ["crm-2"])
            #expect(try await walk("updated_since=2999-01-01T00:00:00.000Z") == [])
            #expect(try await walk("created_since=2999-01-01T00:00:00.000Z") == [])
            for query in ["limit=many", "limit=0", "sort=name", "cursor=abc", "updated_since=soon"] {
                #expect(try await crm.caller.call("GET /v1/profiles", query: query).status == 400, "\(query)")
            }
        }
    }

    @Test func aKeyedRequestTakesEffectOnce() async throws {
        try await CRM.open { crm in
            let body: JSONValue = ["external_id": "crm-1", "first_name": "Early"]
            let first = try await crm.caller.call("POST /v1/profiles", body: body, key: "k")
            _ = try await crm.upsert("crm-1", ["first_name": "Later"])
            let replay = try await crm.caller.call("POST /v1/profiles", body: body, key: "k")
            #expect(replay.status == 201)
            #expect(replay.body == first.body)
            #expect(try await crm.profile("crm-1")["first_name"] == "Later")
            let other = try await crm.caller.call("POST /v1/profiles", body: ["external_id": "crm-2"], key: "k")
            #expect(other.status == 409)
        }
    }

    @Test func accountsDoNotSeeEachOther() async throws {
        try await CRM.open { crm in
            let mine = try await crm.upsert("crm-1", phone: "+33612345678")
            _ = try await crm.optIn("+33612345678", profile: "crm-1")
            let id = try #require(mine["id"])
            let other = AccountID()
            for (route, reference) in [
                ("GET /v1/profiles/{profile_id}", id), ("GET /v1/profiles/{profile_id}", "crm-1"),
                ("GET /v1/profiles/{profile_id}/attributes", id), ("GET /v1/subscriptions/{profile_id}", id),
                ("GET /v1/subscriptions/{profile_id}/consent-history", id),
            ] {
                let reply = try await crm.caller.call(route, ["profile_id": reference], as: other)
                #expect(reply.status == 404, "\(route)")
            }
            for route in ["GET /v1/profiles", "GET /v1/subscriptions"] {
                #expect(try await crm.caller.call(route, as: other).body["data"] == [])
            }
            for route in ["POST /v1/profiles/search", "POST /v1/subscriptions/search"] {
                let reply = try await crm.caller.call(route, body: ["phone_number": "+33612345678"], as: other)
                #expect(reply.status == 404)
            }
            let deletion = try await crm.caller.call(
                "DELETE /v1/profiles/{profile_id}", ["profile_id": id], as: other)
            #expect(deletion.status == 204)
            let optOut = try await crm.caller.call(
                "POST /v1/subscriptions/opt-out", body: ["phone_number": "+33612345678"], as: other)
            #expect(optOut.status == 404)
            let same = try await crm.caller.call(
                "POST /v1/profiles", body: ["external_id": "crm-1", "phone_number": "+33612345678"], as: other)
            #expect(same.status == 201)
            #expect(try await crm.profile("crm-1").body == mine.body)
        }
    }

    @Test func whatIsWrongIsSaidByField() async throws {
        try await CRM.open { crm in
            let long = JSONValue.string(String(repeating: "x", count: 300))
            let faults: [(JSONValue, String)] = [
                (["external_id": "a", "phone_number": "0612345678"], "phone_number must be a valid E.164 number."),
                (["external_id": "a", "phone_number": "+330612345678"], "phone_number must be a valid E.164 number."),
                (["external_id": "a", "phone_number": ""], "phone_number must be a valid E.164 number."),
                ([:], "external_id is required."), (["external_id": "  "], "external_id is required."),
                (["external_id": long], "external_id must have at most 255 characters."),
                (["external_id": 7], "external_id must be a string."),
                (["external_id": "a", "first_name": long], "first_name must have at most 255 characters."),
                (["external_id": "a", "attributes": [1]], "attributes must be an object."),
                (
                    ["external_id": "a", "attributes": ["b": ["c": 1]]],
                    "attributes.b must be a string, a number or a boolean."
                ),
                (
                    ["external_id": "prof_1"],
                    "external_id must not begin with prof_, which ids given by this API do."
                ),
            ]
            for (body, message) in faults {
                let reply = try await crm.caller.call("POST /v1/profiles", body: body)
                #expect(reply.status == 400)
                #expect(reply["code"] == "VALIDATION_ERROR")
                #expect(reply["message"] == message)
            }
            #expect(try await crm.count("people") == 0)
        }
    }
}
