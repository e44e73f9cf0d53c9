import Edge
import Foundation
import Postgres
import Schema
import ServiceKit
import TestKit
import Testing

@testable import Notifications

/// Mail and text messages as the other services and an account meet them.
@Suite struct MessagesOnTheBusTests {
    @Test func `a completed order becomes a mail, and consent that came over the bus lets marketing go`() async throws {
        let outbox = try TemporaryDirectory.make("outbox")
        let environment = ["CARAVAN_MAIL_OUTBOX": outbox + "/mail", "CARAVAN_SMS_OUTBOX": outbox + "/sms"]
        try await NotificationsHost.with(environment) { host in
            let completed = OrderCompleted.example
            let number = "+33612345678"
            var consent = ConsentGranted.example.consent
            consent.address = try host.platform.keyring.seal(number)
            consent.addressDigest =
                try #require(BlacklistDigest(keyring: host.platform.keyring).entry(.phone, number)).digest
            try await host.publish(completed, subject: completed.order.id.description)
            try await host.publish(ConsentGranted(consent: consent), subject: consent.customerID.description)
            try await eventually(timeout: .seconds(30), "the mail is written") {
                try FileManager.default.contentsOfDirectory(atPath: outbox + "/mail").count == 1
            }
            try await eventually(timeout: .seconds(30), "the consent is known") {
                try await host.platform.database.query("SELECT entry_id FROM message_consents").count == 1
            }
            func send() async throws -> String {
                let answer = try await host.admin.send(
                    "POST", "/admin/v1/messages",
                    body: [
                        "channel": "sms", "purpose": "marketing", "phone": .string(number), "text": "Sale!",
                    ])
                #expect(answer.status == 202)
                return try #require(answer.json["id"]?.string)
            }
            func status(_ id: String) async throws -> JSONValue {
                try await host.admin.send("GET", "/admin/v1/messages/\(id)").json
            }
            let allowed = try await send()
            try await eventually("it is sent") { try await status(allowed)["status"] == "sent" }
            #expect(
                try await status(allowed)["consent"]?["entry_id"]?.string == consent.entryID.description)
            try await host.publish(
                ConsentWithdrawn(consent: consent), subject: consent.customerID.description, sequence: 2)
            try await eventually(timeout: .seconds(30), "the withdrawal is known") {
                try await host.platform.database.query("SELECT FROM message_consents WHERE is_granted").isEmpty
            }
            let refused = try await send()
            try await eventually("it is skipped") { try await status(refused)["status"] == "skipped" }
            #expect(try FileManager.default.contentsOfDirectory(atPath: outbox + "/sms").count == 1)

            // The dealer's key opens none of it.
            #expect(try await host.dealer.send("GET", "/admin/v1/messages").status == 403)
        }
    }

    @Test func `without anything that could send it a message is refused`() async throws {
        try await NotificationsHost.with { host in
            let answer = try await host.admin.send(
                "POST", "/admin/v1/messages",
                body: ["channel": "sms", "purpose": "transactional", "phone": "+33612345678", "text": "Hello"])
            #expect((400..<500).contains(answer.status))
            let forged = try await host.admin.send(
                "POST", "/webhooks/sms/\(host.account)", bytes: Array("From=%2B33612345678&Body=STOP".utf8),
                headers: ["Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": "AAAA"])
            #expect(forged.status == 403)
        }
    }
}
