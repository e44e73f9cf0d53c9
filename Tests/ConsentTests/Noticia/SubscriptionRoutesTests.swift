import Edge
import Schema
import TestKit
import Testing

@testable import Consent

/// The CRM API's SMS consent.
@Suite struct SubscriptionRoutesTests {
    private let number = "+33612345678"

    @Test func aConsentIsCreatedRepeatedAndRenewed() async throws {
        try await CRM.open { crm in
            let profile = try await crm.upsert("crm-1", phone: number)
            let proof: JSONValue = ["terms_version": "v2.3", "ip_address": "203.0.113.42"]
            let body: JSONValue = [
                "phone_number": .string(number), "consent_source": "WEB_FORM", "profile_id": "crm-1",
                "consented_at": "2024-05-28T10:00:00.000Z", "consent_proof": proof,
            ]
            let created = try await crm.caller.call("POST /v1/subscriptions/opt-in", body: body)
            #expect(created.status == 201)
            #expect(created.state == "created")
            let expected: JSONValue = [
                "profile": ["id": profile.body["id"] ?? .null, "external_id": "crm-1"],
                "phone_number": .string(number), "status": "SUBSCRIBED", "consent_source": "WEB_FORM",
                "consented_at": "2024-05-28T10:00:00.000Z", "unsubscribed_at": .null, "consent_proof": proof,
            ]
            #expect(created.body == expected)
            let again = try await crm.caller.call("POST /v1/subscriptions/opt-in", body: body)
            #expect(again.status == 200)
            #expect(again.state == "already_subscribed")
            #expect(again.body == expected)
            #expect(try await crm.history("crm-1") == ["OPT_IN"])

            let newer = try await crm.optIn(
                number, profile: "crm-1", at: "2024-05-29T10:00:00.000Z", source: "LOYALTY_PROGRAM")
            #expect(newer.state == "updated")
            #expect(newer["consent_source"] == "LOYALTY_PROGRAM")
            // News from before what is known changes nothing.
            let older = try await crm.caller.call("POST /v1/subscriptions/opt-in", body: body)
            #expect(older.state == "already_subscribed")
            #expect(older.body == newer.body)
            #expect(try await crm.history("crm-1") == ["OPT_IN", "OPT_IN"])
            // Without a time of its own it is the same consent again.
            let bare = try await crm.optIn(number, profile: "crm-1", source: "LOYALTY_PROGRAM")
            #expect(bare.state == "already_subscribed")
            #expect(
                try await crm.told() == ["customer_created 1", "consent_granted 2", "consent_granted 3"])
        }
    }

    @Test func anActiveConsentElsewhereIsAConflict() async throws {
        try await CRM.open { crm in
            let first = try await crm.optIn(number, profile: "crm-1")
            #expect(first.status == 201)
            let clash = try await crm.optIn(number, profile: "crm-2")
            #expect(clash.status == 409)
            #expect(clash.body["details"] == ["conflicting_profile_id": first.body["profile"]?["id"] ?? .null])
            #expect(try await crm.profile("crm-2").status == 404, "nothing of it was kept")
            _ = try await crm.optOut(phone: number)
            #expect(try await crm.optIn(number, profile: "crm-2").status == 201)
            #expect(try await crm.optIn(number, profile: "crm-1").status == 409)
        }
    }

    @Test func ofManyOptInsForOneNumberOneWins() async throws {
        try await CRM.open { crm in
            for profile in 0..<8 { _ = try await crm.upsert("crm-\(profile)") }
            for round in 0..<6 {
                let number = "+3361234560\(round)"
                let statuses = try await withThrowingTaskGroup(of: Int.self) { tasks in
                    // Known profiles in some rounds, new ones in others.
                    for racer in 0..<8 {
                        let name = round.isMultiple(of: 2) ? "crm-\(racer)" : "new-\(round)-\(racer)"
                        tasks.addTask { try await crm.optIn(number, profile: name).status }
                    }
                    return try await tasks.reduce(into: [Int]()) { $0.append($1) }
                }
                #expect(statuses.count { $0 == 201 } == 1)
                #expect(statuses.count { $0 == 409 } == 7)
            }
            #expect(try await crm.count("sms_subscriptions") == 6)
            #expect(try await crm.count("consent_entries") == 6)
        }
    }

    @Test func theSameConsentFromManySidesIsOneEntry() async throws {
        try await CRM.open { crm in
            let states = try await withThrowingTaskGroup(of: String?.self) { tasks in
                for _ in 0..<8 {
                    tasks.addTask {
                        try await crm.optIn(number, profile: "crm-1", at: "2024-05-28T10:00:00Z").state
                    }
                }
                return try await tasks.reduce(into: [String?]()) { $0.append($1) }
            }
            #expect(states.count { $0 == "created" } == 1)
            #expect(states.count { $0 == "already_subscribed" } == 7)
            #expect(try await crm.history("crm-1") == ["OPT_IN"])
        }
    }

    @Test func anOptOutByPhoneOrProfileEndsIt() async throws {
        try await CRM.open { crm in
            _ = try await crm.optIn(number, profile: "crm-1", at: "2024-05-28T10:00:00Z")
            let ended = try await crm.optOut(phone: number)
            #expect(ended.status == 200)
            #expect(ended.state == "opted_out")
            #expect(ended["status"] == "UNSUBSCRIBED")
            #expect(ended["unsubscribed_at"] != nil)
            let again = try await crm.optOut(profile: "crm-1")
            #expect(again.state == "already_opted_out")
            #expect(again.body == ended.body)
            #expect(try await crm.history("crm-1") == ["OPT_IN", "OPT_OUT"])
            for reply in [try await crm.optOut(phone: "+33600000000"), try await crm.optOut(profile: "nobody")] {
                #expect(reply.status == 404)
                #expect(reply["message"] == "No subscription matches the given identifier.")
            }
            #expect(try await crm.optOut().status == 400)
            _ = try await crm.upsert("without")
            #expect(try await crm.optOut(profile: "without").status == 404)
        }
    }

    /// What was agreed to before a withdrawal cannot undo it, whoever sends it again.
    @Test func aWithdrawalOutlivesOlderConsent() async throws {
        try await CRM.open { crm in
            _ = try await crm.optIn(number, profile: "crm-1", at: "2024-05-28T10:00:00Z")
            let ended = try await crm.optOut(phone: number)
            for profile in ["crm-1", "crm-2"] {
                let stale = try await crm.optIn(number, profile: profile, at: "2024-05-28T10:00:00Z")
                #expect(stale.status == 409)
                #expect(stale.body["details"]?["unsubscribed_at"] == ended.body["unsubscribed_at"])
            }
            let renewed = try await crm.optIn(number, profile: "crm-1")
            #expect(renewed.status == 200)
            #expect(renewed.state == "updated")
            #expect(renewed["status"] == "SUBSCRIBED")
            #expect(try await crm.history("crm-1") == ["OPT_IN", "OPT_OUT", "OPT_IN"])
        }
    }

    @Test func aProfilesWithdrawalCoversAllItsNumbers() async throws {
        try await CRM.open { crm in
            _ = try await crm.optIn("+33612345671", profile: "crm-1", at: "2024-05-28T10:00:00Z")
            _ = try await crm.optIn("+33612345672", profile: "crm-1", at: "2024-05-29T10:00:00Z")
            let path = ["profile_id": "crm-1"]
            let current = try await crm.caller.call("GET /v1/subscriptions/{profile_id}", path)
            #expect(current["phone_number"] == "+33612345672")
            #expect(try await crm.optOut(profile: "crm-1").state == "opted_out")
            let active = try await crm.caller.call("GET /v1/subscriptions", query: "status=SUBSCRIBED")
            #expect(active.body["data"] == [])
            #expect(try await crm.history("crm-1") == ["OPT_IN", "OPT_IN", "OPT_OUT", "OPT_OUT"])
        }
    }

    @Test func aConsentNeedsNoProfile() async throws {
        try await CRM.open { crm in
            let anonymous = try await crm.optIn(number)
            #expect(anonymous.status == 201)
            #expect(anonymous.body["profile"]?["external_id"] == JSONValue.null)
            let id = try #require(anonymous.body["profile"]?["id"]?.string)
            #expect(try await crm.profile(id)["phone_number"] == number)
            #expect(try await crm.optIn(number).state == "already_subscribed")
            // Whose number it is turns out later.
            let named = try await crm.upsert("crm-1", phone: number)
            #expect(named.status == 200)
            #expect(named["id"] == id)
            #expect(try await crm.history("crm-1") == ["OPT_IN"])
            // A profile's own number needs no name either.
            _ = try await crm.upsert("crm-2", phone: "+33612345679")
            let own = try await crm.optIn("+33612345679")
            #expect(own.body["profile"]?["external_id"] == "crm-2")
        }
    }

    @Test func anUnknownCanonicalIDIsNotMade() async throws {
        try await CRM.open { crm in
            for id in ["prof_000000000000000000000000", ProfileID().description] {
                let reply = try await crm.optIn(number, profile: id)
                #expect(reply.status == 404)
            }
            #expect(try await crm.count("people") == 0)
        }
    }

    @Test func listsAreWalkedOnceAndFiltered() async throws {
        try await CRM.open { crm in
            for day in 1...5 {
                _ = try await crm.optIn("+3361234567\(day)", profile: "crm-\(day)", at: "2024-05-0\(day)T10:00:00Z")
            }
            _ = try await crm.optOut(profile: "crm-3")
            func walk(_ query: String) async throws -> [String] {
                var found: [String] = []
                var cursor = ""
                repeat {
                    let reply = try await crm.caller.call("GET /v1/subscriptions", query: "limit=2&\(query)\(cursor)")
                    found += reply.body["data"]?.array?.compactMap { $0["profile"]?["external_id"]?.string } ?? []
                    cursor = reply.body["pagination"]?["next_cursor"]?.string.map { "&cursor=\($0)" } ?? ""
                } while !cursor.isEmpty
                return found
            }
            #expect(try await walk("") == ["crm-5", "crm-4", "crm-3", "crm-2", "crm-1"])
            #expect(try await walk("status=SUBSCRIBED") == ["crm-5", "crm-4", "crm-2", "crm-1"])
            #expect(try await walk("status=UNSUBSCRIBED") == ["crm-3"])
            #expect(try await walk("since=2024-05-04T10:00:00Z") == ["crm-5", "crm-4"])
            for query in ["limit=many", "status=MAYBE", "since=soon", "cursor=abc"] {
                #expect(try await crm.caller.call("GET /v1/subscriptions", query: query).status == 400, "\(query)")
            }
        }
    }

    @Test func whatIsWrongIsSaidByField() async throws {
        try await CRM.open { crm in
            let good: [String: JSONValue] = ["phone_number": .string(number), "consent_source": "WEB_FORM"]
            let faults: [([String: JSONValue], String)] = [
                (["phone_number": "0612345678"], "phone_number must be a valid E.164 number."),
                (["phone_number": .null], "phone_number is required."),
                (["consent_source": .null], "consent_source is required."),
                (
                    ["consent_source": "in the shop"],
                    "consent_source must be a word of A to Z, 0 to 9 and _, such as WEB_FORM."
                ),
                (["consented_at": "2999-01-01T00:00:00Z"], "consented_at must not be in the future."),
                (["consented_at": "1970-01-01T00:00:00Z"], "consented_at must not be before the year 2000."),
                (
                    ["consented_at": "yesterday"],
                    "consented_at is not an RFC 3339 time of the years 0001 to 9999."
                ),
                (["consent_proof": "yes"], "consent_proof must be an object."),
                (["consent_proof": ["terms_url": 7]], "consent_proof.terms_url must be a string."),
                (["profile_id": ""], "profile_id is required."),
            ]
            for (change, message) in faults {
                let body = JSONValue.object(good.merging(change) { $1 })
                let reply = try await crm.caller.call("POST /v1/subscriptions/opt-in", body: body)
                #expect(reply.status == 400)
                #expect(reply["code"] == "VALIDATION_ERROR")
                #expect(reply["message"] == message)
            }
            #expect(try await crm.count("people") == 0)
        }
    }
}
