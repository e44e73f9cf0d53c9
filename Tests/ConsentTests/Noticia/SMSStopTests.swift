import Messaging
import Postgres
import Schema
import TestKit
import Testing

@testable import Consent

/// What an answer of STOP does to consents.
@Suite struct SMSStopTests {
    private func stop(_ number: String, on crm: CRM) async throws {
        let id = MessageID()
        let payload = SMSStopReceived(
            phone: try crm.keyring.seal(number),
            phoneDigest: try #require(BlacklistDigest(keyring: crm.keyring).entry(.phone, number)).digest,
            keyword: "STOP", receivedAt: .now())
        let envelope = try EventEnvelope(
            payload, from: .notifications, subject: id.description, sequence: 1, account: crm.account)
        let handler = SMSStopReceivedHandler(subscriptions: crm.subscriptions, keyring: crm.keyring)
        try await crm.database.withTransaction { transaction in
            try await handler.handle(Received(envelope: envelope, payload: payload), in: transaction)
        }
    }

    @Test func `STOP ends the consent on its number, once, and leaves others alone`() async throws {
        try await CRM.open { crm in
            for (number, profile) in [("+33612345678", "crm-1"), ("+33698765432", "crm-2")] {
                let answer = try await crm.optIn(number, profile: profile)
                #expect(answer.status == 201)
            }
            try await stop("+33612345678", on: crm)
            try await stop("+33612345678", on: crm)
            try await stop("+33600000000", on: crm)
            let history = try await crm.caller.call(
                "GET /v1/subscriptions/{profile_id}/consent-history", ["profile_id": "crm-1"])
            let entries = try #require(history.body["data"]?.array)
            #expect(entries.map { $0["type"]?.string } == ["OPT_IN", "OPT_OUT"])
            #expect(entries.last?["consent_source"]?.string == "SMS_STOP")
            let other = try await crm.caller.call("GET /v1/subscriptions/{profile_id}", ["profile_id": "crm-2"])
            #expect(other.body["status"]?.string == "SUBSCRIBED")
        }
    }
}
