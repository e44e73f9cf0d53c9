import Schema
import TestKit
import Testing

/// A retailer's way through the clienteling API: store, product and order are told to three services' queues, and seen in
/// one list of jobs and by the other APIs.
@Suite struct RetailJourneyTests {
    private struct Client {
        let client: APIClient

        static func open() async throws -> Client {
            let stack = try await SharedStack.value()
            let key = try await stack.keys()["retailos"] ?? ""
            return Client(client: APIClient(baseURL: stack.baseURL, authorization: "API_KEY \(key)"))
        }

        func get(_ path: String) async throws -> APIClient.Reply {
            try await client.send("GET", "/v2/public/\(path)")
        }

        /// Asks for an upsert; answers the job's id, which can be asked for at once.
        func upsert(_ path: String, _ body: JSONValue) async throws -> String {
            let reply = try await client.send("PUT", "/v2/public/\(path)", body: body)
            #expect(reply.status == 202, "\(reply.text)")
            let job = try #require(try reply.json["result"]?.array?.first?["id"]?.string)
            let shown = try await get("jobs/\(job)")
            #expect(shown.status == 200, "\(path): \(shown.text)")
            return job
        }

        func completes(_ job: String) async throws {
            try await eventually("the job is done") {
                try await get("jobs/\(job)").json["result"]?["status"] == "completed"
            }
        }
    }

    @Test func storeProductAndOrderReachTheirServices() async throws {
        let retail = try await Client.open()
        let run = ID<EventID>().description
        let jobs = [
            try await retail.upsert("stores/store-\(run)", ["name": "Soho", "telephone": "+44 20 7946 0000"]),
            try await retail.upsert(
                "products/watch-\(run)", ["name": "Diver", "price": 100, "currency": "GBP", "quantity": 3]),
            try await retail.upsert("customers/jo-\(run)", ["firstName": "Jo", "email": "jo@shop.example"]),
        ]
        for job in jobs { try await retail.completes(job) }
        let sale: JSONValue = [
            "currency": "GBP", "externalStoreId": .string("store-\(run)"), "externalCustomerId": .string("jo-\(run)"),
            "items": [["externalProductId": .string("watch-\(run)"), "quantity": 2, "unitPrice": 100]],
        ]
        try await retail.completes(try await retail.upsert("orders/order-\(run)", sale))

        // Catalog finds the stock, as for any order.
        try await eventually("the order is matched") {
            try await retail.get("orders/order-\(run)").json["result"]?["status"] == "matched"
        }
        let product = try await retail.get("products/watch-\(run)").json["result"]
        #expect(product?["available"] == 1 && product?["quantity"] == 3 && product?["name"] == "Diver")
        let order = try await retail.get("orders/order-\(run)").json["result"]
        #expect(order?["externalStoreId"] == .string("store-\(run)") && order?["total"] == 200)
        let listed = try await retail.get("jobs?limit=4").json["result"]?["rows"]?.array ?? []
        let queues = Set(listed.compactMap { $0["queueName"]?.string })
        #expect(queues.isSuperset(of: ["scv:order:upsert"]), "\(listed)")

        let refused = try await retail.upsert("orders/order-\(run)", ["currency": "EUR"])
        try await eventually("the job has failed") {
            try await retail.get("jobs/\(refused)").json["result"]?["status"] == "failed"
        }
        #expect(try await retail.get("jobs/\(refused)").json["result"]?["error"]?.string?.contains("currency") == true)
    }

    /// Real answers, good and bad, against what the description promises for the operation.
    @Test func theAnswersAreAsDescribed() async throws {
        let retail = try await Client.open()
        var journal = try await Journal(of: retail.client, document: "/v2/public/openapi.json")
        let run = ID<EventID>().description
        let records: [(plural: String, record: JSONValue, fault: JSONValue)] = [
            ("stores", ["name": "Soho", "address": ["city": "London"]], ["name": 5]),
            ("products", ["price": 100, "currency": "GBP", "images": ["https://i.example/1.jpg"]], ["price": -1]),
            ("customers", ["firstName": "Jo", "dob": "09/06/1990"], ["dob": "1990-06-09"]),
            (
                "orders",
                [
                    "currency": "GBP", "items": [["quantity": 1, "unitPrice": 5, "sku": "S"]],
                    "customer": ["firstName": "Jo"],
                ], ["items": []]
            ),
        ]
        for (plural, record, fault) in records {
            let path = "/v2/public/\(plural)"
            let done = try await journal.send("PUT", "\(path)/{id}", [run], body: record, expecting: 202)
            let job = try #require(done["result"]?.array?.first?["id"]?.string)
            try await retail.completes(job)
            _ = try await journal.send("GET", "\(path)/{id}", [run])
            _ = try await journal.send("GET", path, query: "limit=2")
            _ = try await journal.send("GET", path, query: "limit=1&fields=id,createdAt&sort=-createdAt")
            _ = try await journal.send("GET", "\(path)/{id}", ["none-\(run)"], expecting: 404)
            _ = try await journal.send("GET", path, query: "sort=none", expecting: 400)
            _ = try await journal.send("PUT", "\(path)/{id}", [run], body: fault, expecting: 400)
            _ = try await journal.send("POST", path, body: record, expecting: 400)
            _ = try await journal.send("GET", "/v2/public/jobs/{id}", [job])
        }
        _ = try await journal.send("GET", "/v2/public/jobs", query: "limit=3&fields=id,status")
        _ = try await journal.send("GET", "/v2/public/jobs/{id}", ["none"], expecting: 404)
        #expect(try journal.faults() == "checked")
    }

    /// Each list and record is behind a key of this API.
    @Test(arguments: ["orders", "products", "stores", "jobs"])
    func aKeyOfAnotherAPIOpensNothing(plural: String) async throws {
        let stack = try await SharedStack.value()
        let other = try await stack.keys()["watchtraderhub"] ?? ""
        for (authorization, status) in [("API_KEY \(other)", 403), ("API_KEY wrong", 401)] {
            let reply = try await APIClient(baseURL: stack.baseURL, authorization: authorization)
                .send("GET", "/v2/public/\(plural)")
            #expect(reply.status == status, "\(reply.text)")
        }
    }
}
