import Messaging
import Postgres
import Schema
import TestKit
import Testing

@testable import Notifications

/// Marketing goes only where consent holds at the moment of sending.
@Suite struct ConsentObeyedTests {
    private let number = "+33612345678"

    @Test func `consent lets a message go and is named, none stops it`() async throws {
        try await PostOffice.with { office in
            let person = CustomerID()
            let without = try await office.marketing("phone", "+33600000001")
            let entry = try await office.consent(true, number, person)
            let byNumber = try await office.marketing("phone", number)
            let byProfile = try await office.marketing("profile_id", person.profileID.description)
            let unknown = try await office.marketing("profile_id", ProfileID().description)
            try await office.sendAll()
            for id in [byNumber, byProfile] {
                let message = try #require(try await office.message(id))
                #expect(message.status == .sent)
                #expect(message.consent == .entry(entry))
            }
            for id in [without, unknown] {
                let message = try #require(try await office.message(id))
                #expect(message.status == .skipped)
                #expect(message.reason?.isEmpty == false)
                #expect(message.consent == nil)
            }
            let texts = try office.files("sms")
            #expect(texts.count == 2)
            #expect(texts.allSatisfy { $0.contains(number) && $0.contains("Sale!") })
        }
    }

    @Test func `numbers of two countries that share a digest are two numbers`() async throws {
        try await PostOffice.with { office in
            try await office.consent(true, "+16566123456", CustomerID())
            let foreign = try await office.marketing("phone", "+6566123456")
            try await office.sendAll()
            #expect(try await office.message(foreign)?.status == .skipped)
        }
    }

    @Test func `it is decided when it is sent, not when it is accepted`() async throws {
        try await PostOffice.with { office in
            let person = CustomerID()
            try await office.consent(true, number, person)
            let withdrawn = try await office.marketing("phone", number)
            try await office.consent(false, number, person)
            let later = try await office.marketing("phone", "+33687654321")
            try await office.consent(true, "+33687654321", CustomerID())
            try await office.sendAll()
            #expect(try await office.message(withdrawn)?.status == .skipped)
            #expect(try await office.message(later)?.status == .sent)
        }
    }

    @Test func `a decision waits for a withdrawal under way`() async throws {
        try await PostOffice.with { office in
            let person = CustomerID()
            try await office.consent(true, number, person)
            _ = try await office.marketing("phone", number)
            let claimed = try #require(try await office.messages.claim(1, lease: .seconds(60)).first)
            let content = try office.keyring.open(claimed.content)
            try await withThrowingTaskGroup(of: ConsentDesk.Admission?.self) { group in
                try await office.database.withTransaction { transaction in
                    try await transaction.execute(
                        "UPDATE message_consents SET is_granted = false WHERE person_id = \(person)")
                    group.addTask { try await office.desk.admit(claimed, content) }
                    try await eventually("the decision waits") {
                        let rows = try await office.database.query(
                            """
                            SELECT count(*) AS count FROM pg_stat_activity
                            WHERE datname = current_database() AND wait_event_type = 'Lock'
                            """)
                        return try rows.first?["count"] == 1
                    }
                }
                let admission = try await group.next() ?? nil
                guard case .skip = admission else {
                    Issue.record("\(String(describing: admission))")
                    return
                }
            }
        }
    }

    @Test func `STOP counts at once, until there is new consent`() async throws {
        try await PostOffice.with { office in
            let person = CustomerID()
            try await office.consent(true, number, person, at: .now() - .seconds(60))
            try await office.stops.record(number, keyword: "STOP", of: office.account)
            let stopped = try await office.marketing("phone", number)
            try await office.sendAll()
            #expect(try await office.message(stopped)?.status == .skipped)
            // The consent of before the STOP, which arrives again, changes nothing.
            try await office.consent(true, number, person, at: .now() - .seconds(60))
            let again = try await office.marketing("phone", number)
            try await office.sendAll()
            #expect(try await office.message(again)?.status == .skipped)
            let entry = try await office.consent(true, number, person, at: .now() + .seconds(1))
            let renewed = try await office.marketing("phone", number)
            try await office.sendAll()
            #expect(try await office.message(renewed)?.consent == .entry(entry))
        }
    }

    @Test func `mail follows the ledger, then what the person accepts`() async throws {
        try await PostOffice.with { office in
            func post(_ email: String) async throws -> MessageID {
                try await office.post([
                    "channel": "email", "purpose": "marketing", "email": .string(email), "subject": "Sale",
                    "text": "Sale!", "html": "<p>Sale!</p>",
                ])
            }
            let person = CustomerID()
            func save(_ accepts: Bool, _ sequence: Int64) async throws {
                try await office.handle(
                    PersonUpdatedHandler(projection: office.projection),
                    CustomerUpdated(
                        customer: try office.snapshot(person, email: "ada@example.com", accepts: accepts)),
                    subject: person.description, sequence: sequence)
            }
            try await save(true, 2)
            // Older news, late.
            try await save(false, 1)
            let accepted = try await post("Ada@example.com")
            try await office.sendAll()
            let message = try #require(try await office.message(accepted))
            #expect(message.status == .sent)
            guard case .event = message.consent else {
                Issue.record("\(String(describing: message.consent))")
                return
            }
            try await save(false, 3)
            let refused = try await post("ada@example.com")
            try await office.sendAll()
            #expect(try await office.message(refused)?.status == .skipped)
            let entry = try await office.consent(true, "ada@example.com", person, channel: .email)
            let granted = try await post("ada@example.com")
            try await office.sendAll()
            #expect(try await office.message(granted)?.consent == .entry(entry))
        }
    }

    @Test func `transactional messages need no consent, and find a person's address`() async throws {
        try await PostOffice.with { office in
            let person = CustomerID()
            try await office.handle(
                PersonCreatedHandler(projection: office.projection),
                CustomerCreated(customer: try office.snapshot(person, email: "ada@example.com", phone: number)),
                subject: person.description)
            let text = try await office.post([
                "channel": "sms", "purpose": "transactional", "profile_id": .string(person.profileID.description),
                "text": "Your parcel is here",
            ])
            let mail = try await office.post([
                "channel": "email", "purpose": "transactional", "profile_id": .string(person.profileID.description),
                "subject": "Your parcel", "text": "It is here",
            ])
            try await office.sendAll()
            #expect(try await office.message(text)?.status == .sent)
            #expect(try await office.message(mail)?.status == .sent)
            #expect(try office.files("sms").first?.contains(number) == true)
            #expect(try office.files("mail").first?.contains("To: ada@example.com") == true)
        }
    }

    @Test func `joining loses no consent and no withdrawal, in either order of the events`() async throws {
        for isJoinFirst in [true, false] {
            try await PostOffice.with { office in
                let (stays, goes) = (CustomerID(), CustomerID())
                func join() async throws {
                    try await office.handle(
                        PeopleJoinedHandler(projection: office.projection),
                        CustomersJoined(
                            customer: try office.snapshot(stays), joinedID: goes, customerNumbers: []),
                        subject: stays.description, sequence: 2)
                }
                if isJoinFirst { try await join() }
                let entry = try await office.consent(true, number, goes)
                if !isJoinFirst { try await join() }
                try await office.handle(
                    PersonDeletedHandler(projection: office.projection),
                    CustomerDeleted(customerID: goes, customerNumbers: [], joinedInto: stays, deletedAt: .now()),
                    subject: goes.description, sequence: 9)
                let kept = try await office.marketing("profile_id", stays.profileID.description)
                let former = try await office.marketing("profile_id", goes.profileID.description)
                try await office.sendAll()
                #expect(try await office.message(kept)?.consent == .entry(entry))
                #expect(try await office.message(former)?.consent == .entry(entry))
                try await office.consent(false, number, stays, at: .now() + .seconds(1))
                let withdrawn = try await office.marketing("profile_id", goes.profileID.description)
                try await office.sendAll()
                #expect(try await office.message(withdrawn)?.status == .skipped)
            }
        }
    }

    @Test func `whoever is deleted is forgotten, with what was said to them`() async throws {
        try await PostOffice.with { office in
            let person = CustomerID()
            try await office.handle(
                PersonCreatedHandler(projection: office.projection),
                CustomerCreated(customer: try office.snapshot(person, email: "ada@example.com", phone: number)),
                subject: person.description)
            try await office.consent(true, number, person)
            let sent = try await office.marketing("phone", number)
            try await office.sendAll()
            let queued = try await office.marketing("profile_id", person.profileID.description)
            let mail = try await office.post([
                "channel": "email", "purpose": "transactional", "email": "ada@example.com", "subject": "x", "text": "y",
            ])
            try await office.handle(
                PersonDeletedHandler(projection: office.projection),
                CustomerDeleted(customerID: person, customerNumbers: [], deletedAt: .now()),
                subject: person.description, sequence: 2)
            for (id, status) in [(sent, MessageStatus.sent), (queued, .skipped), (mail, .skipped)] {
                let message = try #require(try await office.message(id))
                #expect(message.content == nil)
                #expect(message.status == status)
            }
            let after = try await office.marketing("phone", number)
            try await office.sendAll()
            #expect(try await office.message(after)?.status == .skipped)
            let left = try await office.database.query(
                "SELECT (SELECT count(*) FROM message_people) + (SELECT count(*) FROM message_consents) AS count")
            #expect(try left.first?["count"] == 0)
        }
    }

    @Test func `consent of one account allows nothing to another`() async throws {
        try await PostOffice.with { office in
            try await office.consent(true, number, CustomerID())
            let other = AccountID()
            let answer = try await office.caller.call(
                "POST /admin/v1/messages",
                body: ["channel": "sms", "purpose": "marketing", "phone": .string(number), "text": "Sale!"], as: other)
            let id = try #require(answer.body["id"]?.string.flatMap { MessageID($0) })
            try await office.sending(try office.messaging()) {
                try await eventually("it is decided") {
                    try await office.log.message(id, of: other)?.status == .skipped
                }
            }
            #expect(try await office.message(id) == nil)
        }
    }
}
