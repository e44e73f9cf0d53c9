import NIOHTTP1
import Postgres
import Schema
import Synchronization
import TestKit
import Testing

@testable import Notifications

/// Pushes of the clienteling API, one record a request and many.
@Suite struct BatchTests {
    @Test func `one record a request is put under its id, with the endpoint's authorization`() async throws {
        try await Engine.with { engine in
            let receiver = try await PushReceiver.start()
            try await engine.clienteling(
                "crm", receiver.url("/customer/{externalCustomerId}"), headers: ["Authorization": "API_KEY sink"])
            try await engine.push(["a/1", "b"])
            try await engine.dispatching { _ in
                try await eventually("both are delivered") { try await engine.statuses(of: "crm") == [.delivered: 2] }
            }
            #expect(Set(receiver.pushes.map(\.path)) == ["/customer/a%2F1", "/customer/b"])
            #expect(receiver.pushes.allSatisfy { $0.method == "PUT" })
            #expect(receiver.pushes.allSatisfy { $0.headers["authorization"] == ["API_KEY sink"] })
            await receiver.stop()
        }
    }

    @Test func `batches carry every record once, and no more than may be`() async throws {
        try await Engine.with { engine in
            let receiver = try await PushReceiver.start()
            let endpoint = try await engine.clienteling("crm", receiver.url("/customers"), batchSize: 3)
            let names = (0..<10).map { "c\($0)" }
            try await engine.push(names)
            try await engine.dispatching { _ in
                try await eventually("all are delivered") { try await engine.statuses(of: "crm") == [.delivered: 10] }
            }
            #expect(receiver.pushes.flatMap(\.customers).sorted() == names)
            #expect(receiver.pushes.count == 4)
            #expect(receiver.pushes.allSatisfy { $0.method == "PUT" && (1...3).contains($0.customers.count) })
            let secret = try engine.keyring.open(endpoint.secrets).current
            for push in receiver.pushes {
                let id = try #require(push.headers["webhook-id"].first)
                let seconds = try #require(push.headers["webhook-timestamp"].first.flatMap { Int64($0) })
                #expect(
                    push.headers["webhook-signature"]
                        == [WebhookSignature.standard(id: id, seconds: seconds, body: push.body, secrets: [secret])])
            }
            await receiver.stop()
        }
    }

    @Test func `what failed together is tried together, under the same id and with the same bytes`() async throws {
        try await Engine.with { engine in
            let failures = Mutex(2)
            let receiver = try await PushReceiver.start { _ in
                failures.withLock { left in
                    defer { left -= 1 }
                    return PushReceiver.Answer(status: left > 0 ? 500 : 200)
                }
            }
            try await engine.clienteling("crm", receiver.url("/customers"), batchSize: 10)
            try await engine.push(["a", "b", "c"])
            try await engine.dispatching { _ in
                try await eventually("all are delivered") { try await engine.statuses(of: "crm") == [.delivered: 3] }
            }
            #expect(receiver.pushes.count == 3)
            #expect(receiver.pushes.allSatisfy { $0.customers.sorted() == ["a", "b", "c"] })
            #expect(Set(receiver.pushes.map(\.body)).count == 1)
            #expect(Set(receiver.pushes.map { $0.headers["webhook-id"] }).count == 1)
            #expect(try await engine.deliveries(of: "crm").allSatisfy { $0.attempts == 3 })
            await receiver.stop()
        }
    }

    @Test func `a record that is refused fails alone, and its later changes wait for it`() async throws {
        try await Engine.with { engine in
            let receiver = try await PushReceiver.start { push in
                guard push.customers.contains("bad") else { return PushReceiver.Answer() }
                return PushReceiver.Answer(
                    body: #"{"results":[{"externalCustomerId":"good","error":null},"#
                        + #"{"externalCustomerId":"bad","error":"no postcode"}]}"#)
            }
            try await engine.clienteling(
                "crm", receiver.url("/customers"), batchSize: 10, retry: RetrySettings(limit: 1, delaySeconds: 1))
            try await engine.push(["good", "bad"])
            try await engine.dispatching { _ in
                try await eventually("the good one is delivered") {
                    try await engine.statuses(of: "crm") == [.delivered: 1, .pending: 1]
                }
                try await eventually("the bad one has failed for good") {
                    try await engine.statuses(of: "crm") == [.delivered: 1, .failed: 1]
                }
            }
            #expect(receiver.pushes.map { $0.customers.sorted() } == [["bad", "good"], ["bad"]])
            let failed = try #require(try await engine.deliveries(of: "crm").first { $0.status == .failed })
            #expect(failed.lastError == "The receiver refused the record: no postcode")
            #expect(failed.lastStatus == 200 && failed.attempts == 2)
            await receiver.stop()
        }
    }

    @Test func `changes of one record never share a batch, and keep their order`() async throws {
        try await Engine.with { engine in
            let receiver = try await PushReceiver.start()
            try await engine.clienteling("crm", receiver.url("/customers"), batchSize: 10)
            try await engine.push(["a", "b"], changes: 3)
            try await engine.dispatching { _ in
                try await eventually("all are delivered") { try await engine.statuses(of: "crm") == [.delivered: 6] }
            }
            #expect(receiver.pushes.allSatisfy { Set($0.customers).count == $0.customers.count })
            let log = try await engine.deliveries(of: "crm")
            for (_, changes) in Dictionary(grouping: log, by: \.subject) {
                let times = changes.sorted { $0.sequence < $1.sequence }.compactMap(\.lastAttemptAt)
                #expect(times == times.sorted() && times.count == 3)
            }
            await receiver.stop()
        }
    }

    @Test func `a record that cannot be read does not hold up its batch`() async throws {
        try await Engine.with { engine in
            let receiver = try await PushReceiver.start()
            try await engine.clienteling(
                "crm", receiver.url("/customers"), batchSize: 10, retry: RetrySettings(limit: 0))
            try await engine.push(["a", "b"])
            try await engine.push(["c"], sealedWith: DataKeyring("other:" + DataKeyring.generateKey()))
            try await engine.dispatching { _ in
                try await eventually("the others are delivered") {
                    try await engine.statuses(of: "crm") == [.delivered: 2, .failed: 1]
                }
            }
            #expect(receiver.pushes.flatMap(\.customers).sorted() == ["a", "b"])
            await receiver.stop()
        }
    }

    @Test func `another set has another id, the same set the same`() {
        let ids = (0..<3).map { _ in WebhookDeliveryID() }
        #expect(Batch.id(of: ids) == Batch.id(of: ids))
        #expect(Batch.id(of: ids) != Batch.id(of: ids.dropLast()))
        #expect(Batch.id(of: ids).count == "batch_".count + 32)
    }

    @Test func `an answer's results are read by either id, and nonsense refuses nothing`() throws {
        let request = WebhookRequest(id: "1", url: "", body: [], records: [["a", "1"], ["b", "2"]])
        func refusals(_ text: String) throws -> [Int: String] {
            RetailOSStyle.refusals(in: try JSONValue(parsing: Array(text.utf8)), to: request)
        }
        #expect(try refusals(#"{"results":[{"id":"2","error":{"code":7}}]}"#) == [1: #"{"code":7}"#])
        #expect(try refusals(#"{"results":[{"externalCustomerId":"a","error":"x"},{"id":"2"}]}"#) == [0: "x"])
        for text in ["[]", "7", #"{"results":{}}"#, #"{"results":[7,{"error":"x"},{"id":"9","error":"x"}]}"#] {
            #expect(try refusals(text).isEmpty)
        }
    }
}

extension Engine {
    @discardableResult
    fileprivate func clienteling(
        _ name: String, _ url: String, batchSize: Int? = nil, retry: RetrySettings = RetrySettings(),
        headers: [String: String] = [:]
    ) async throws -> Notifications.WebhookEndpoint {
        let settings = EndpointSettings(
            url: url, style: RetailOSStyle.name, events: ["*"], retry: retry, batchSize: batchSize,
            resource: "customer")
        return try await registry.configure(name, of: account, settings, headers: headers, isEnabled: true).endpoint
    }

    /// Records changes of customers, as their consumer would.
    fileprivate func push(
        _ externalIDs: [String], changes: Int64 = 1, sealedWith other: DataKeyring? = nil
    ) async throws {
        let events = try externalIDs.flatMap { externalID in
            let id = ID<Customer>()
            let customer = CustomerSnapshot(
                id: id, externalID: externalID, acceptsMarketing: false,
                person: try (other ?? keyring).seal(PersonalDetails(email: "\(externalID)@shop.example")),
                createdAt: .now(), updatedAt: .now())
            let payload = try JSON.encode(CustomerUpdated(customer: customer))
            return (1...changes).map { sequence in
                RecordedEvent(
                    id: WebhookEventID(), account: account, type: CustomerUpdated.type, subject: id.description,
                    sequence: sequence, time: .now(), traceparent: nil, payload: payload)
            }
        }
        try await database.withTransaction { transaction in
            for event in events {
                deliveries.record(event, messages: WebhookStyles.messages(for: CustomerUpdated.self), in: transaction)
            }
        }
    }

    fileprivate func statuses(of endpoint: String) async throws -> [DeliveryStatus: Int] {
        try await deliveries(of: endpoint).reduce(into: [:]) { $0[$1.status, default: 0] += 1 }
    }
}
