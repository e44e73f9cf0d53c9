import Kafka
import Messaging
import Schema
import TestKit
import Testing

/// A person's way through the CRM API, as its clients and the bus's subscribers see it.
@Suite struct CRMJourneyTests {
    /// The CRM API with the demo account's key.
    private struct Client {
        let client: APIClient
        let key: String

        func send(_ method: String, _ path: String, _ body: JSONValue? = nil) async throws -> APIClient.Reply {
            try await client.send(method, path, body: body, headers: ["x-api-key": key])
        }
    }

    @Test func aPersonConsentsWithdrawsAndIsForgotten() async throws {
        let stack = try await SharedStack.value()
        let crm = Client(
            client: APIClient(baseURL: stack.baseURL, authorization: nil),
            key: try await stack.keys()["noticia"] ?? "")
        let reader = try await KafkaReader(
            configuration: stack.kafka, topics: [Topic.consentEvents.name], from: .end)
        let run = ID<EventID>().description
        let phone = "+3365\(1_000_000 + Int.random(in: 0..<8_999_999))"

        // A dealer's site and the CRM tell of one person.
        let dealer = try await SharedStack.dealer().send(
            "POST", "/v1/customers", body: ["external_id": .string(run), "email": "ada@example.com"],
            headers: ["Idempotency-Key": run])
        let profile = try await crm.send(
            "POST", "/v1/profiles", ["external_id": .string(run), "phone_number": .string(phone)])
        #expect(profile.status == 200, "\(profile.text)")
        let id = try #require(try profile.json["id"]?.string.flatMap { ProfileID($0) }).customerID
        #expect(try dealer.json["id"]?.string == id.description)

        let consent: JSONValue = [
            "phone_number": .string(phone), "consent_source": "WEB_FORM", "profile_id": .string(run),
        ]
        #expect(try await crm.send("POST", "/v1/subscriptions/opt-in", consent).status == 201)
        let ended = try await crm.send("POST", "/v1/subscriptions/opt-out", ["phone_number": .string(phone)])
        #expect(ended.headers["noticia-subscription-state"] == "opted_out")
        let history = try await crm.send("GET", "/v1/subscriptions/\(run)/consent-history")
        let entries = try history.json["data"]?.array?.compactMap { $0["entry_id"]?.string } ?? []
        #expect(entries.count == 2)
        #expect(try await crm.send("DELETE", "/v1/profiles/\(run)").status == 204)
        #expect(try await crm.send("GET", "/v1/profiles/\(run)").status == 404)

        // All of it was told, in order and without the number in clear.
        var told: [EventEnvelope] = []
        try await eventually("the deletion is told") {
            for message in try await reader.nextBatch(maximum: 100, wait: .milliseconds(20)) {
                let event = try EventEnvelope(message)
                if event.subject == id.description { told.append(event) }
            }
            return told.last?.family == CustomerDeleted.family
        }
        await reader.close(deadline: .seconds(1))
        #expect(
            told.map(\.family) == [
                CustomerCreated.family, CustomerUpdated.family, ConsentGranted.family, ConsentWithdrawn.family,
                CustomerDeleted.family,
            ])
        #expect(told.map(\.sequence) == [1, 2, 3, 4, 5])
        #expect(try told[2].decode(ConsentGranted.self).consent.entryID.description == entries.first)
        #expect(try told[3].decode(ConsentWithdrawn.self).consent.entryID.description == entries.last)
        for event in told { #expect(!String(decoding: event.payload, as: UTF8.self).contains(phone)) }
    }
}
