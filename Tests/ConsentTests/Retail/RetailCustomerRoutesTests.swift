import Edge
import Logging
import Messaging
import Postgres
import Schema
import ServiceKit
import TestKit
import Testing

@testable import Consent

/// The clienteling API's customers and jobs, against the database.
@Suite struct RetailCustomerRoutesTests {
    private struct Shop {
        let customers: RetailCustomers
        let caller: RouteCaller

        static func open(_ body: (Shop) async throws -> Void) async throws {
            try await TestDatabase.with(migrations: ConsentService.allMigrations) { database, _ in
                let keyring = try DataKeyring("k1:" + DataKeyring.generateKey())
                let people = People(
                    database: database, ledger: ConsentLedger(database: database),
                    outbox: Outbox(service: .consent, signal: WakeSignal()), keyring: keyring)
                let jobs = RetailJobs(database: database)
                let customers = RetailCustomers(
                    people: people, jobs: jobs, database: database, logger: Logger(label: "test"))
                let routes = RetailCustomerRoutes(
                    customers: customers, list: PersonList(database: database),
                    idempotency: Idempotency(database: database, keyring: keyring)
                ).routes
                try await body(
                    Shop(customers: customers, caller: RouteCaller(routes + RetailJobRoutes(jobs: jobs).routes)))
            }
        }

        /// Asks for an upsert; answers the job's id.
        func upsert(_ id: String, _ changes: [String: JSONValue] = [:]) async throws -> String {
            let body: [String: JSONValue] = [
                "externalCustomerId": .string(id), "title": "Mr", "firstName": "Jo", "lastName": "Doe",
                "telephone": "+44 7911 123456", "email": .string("\(id)@shop.example"), "dob": "01/02/1970",
                "generalMarketing": true, "address": ["city": "London"],
            ]
            let answer = try await caller.call(
                "PUT /v2/public/customers/{externalCustomerId}", ["externalCustomerId": id],
                body: .object(body.merging(changes) { $1 }))
            #expect(answer.status == 202, "\(answer.body.serialized())")
            let job = try #require(answer.body["result"]?.array?.first)
            #expect(job["queueName"] == "scv:customer:upsert" && job["status"] == "queued")
            return try #require(job["id"]?.string)
        }

        func status(of job: String, as other: AccountID? = nil) async throws -> JSONValue? {
            try await caller.call("GET /v2/public/jobs/{id}", ["id": job], as: other).body["result"]?["status"]
        }
    }

    @Test func anUpsertIsAJobThatMakesTheCustomer() async throws {
        try await Shop.open { shop in
            // A consent would be a second event of the customer, and so a change.
            let job = try await shop.upsert("jo-1", ["generalMarketing": false])
            #expect(try await shop.status(of: job) == "queued")
            #expect(try await shop.customers.queue.work() == 1)
            #expect(try await shop.status(of: job) == "completed")
            let found = try await shop.caller.call("GET /v2/public/customers/{id}", ["id": "jo-1"])
            let customer = try #require(found.body["result"])
            #expect(found.body["action"] == "CUSTOMER_GET_ONE")
            #expect(customer["title"] == "Mr" && customer["dob"] == "01/02/1970")
            #expect(customer["telephone"] == "+44 7911 123456" && customer["address"]?["city"] == "London")
            #expect(customer["createdAt"] == customer["updatedAt"])
            let byID = try await shop.caller.call(
                "GET /v2/public/customers/{id}", ["id": try #require(customer["id"]?.string)])
            #expect(byID.body["result"] == customer)
            let foreign = try await shop.caller.call(
                "GET /v2/public/customers/{id}", ["id": "jo-1"], as: AccountID())
            #expect(foreign.status == 404)
        }
    }

    @Test func jobsOfACustomerAreDoneInTheirOrder() async throws {
        try await Shop.open { shop in
            for number in 1...5 { _ = try await shop.upsert("jo-1", ["firstName": .string("Jo \(number)")]) }
            _ = try await shop.upsert("jo-2")
            #expect(try await shop.customers.queue.work() == 6)
            let listed = try await shop.caller.call(
                "GET /v2/public/customers",
                query: "sort=externalCustomerId&fields=externalCustomerId,+firstName&limit=1"
            )
            #expect(listed.body["result"]?["count"] == 2)
            #expect(listed.body["result"]?["rows"] == [["externalCustomerId": "jo-1", "firstName": "Jo 5"]])
        }
    }

    @Test func whatIsLeftOutStays() async throws {
        try await Shop.open { shop in
            _ = try await shop.upsert("jo-1")
            _ = try await shop.customers.queue.work()
            let body: JSONValue = ["firstName": "Joanna", "title": .null]
            _ = try await shop.caller.call(
                "PUT /v2/public/customers/{externalCustomerId}", ["externalCustomerId": "jo-1"], body: body)
            _ = try await shop.customers.queue.work()
            let customer = try await shop.caller.call("GET /v2/public/customers/{id}", ["id": "jo-1"]).body["result"]
            #expect(customer?["firstName"] == "Joanna" && customer?["lastName"] == "Doe")
            #expect(customer?["title"] == .null && customer?["dob"] == "01/02/1970")
        }
    }

    @Test(
        arguments: [
            ["firstName": 7], ["email": "nobody"], ["dob": "1970-02-01"], ["dob": "31/02/1970"],
            ["generalMarketing": "yes"], ["address": "London"], ["address": ["city": 5]],
            ["externalCustomerId": "other"],
        ] as [JSONValue])
    func faultsAreNamed(_ body: JSONValue) async throws {
        try await Shop.open { shop in
            let answer = try await shop.caller.call(
                "PUT /v2/public/customers/{externalCustomerId}", ["externalCustomerId": "jo-1"], body: body)
            #expect((400..<500).contains(answer.status))
            #expect(answer.body["error"]?["code"] == "VALIDATION_ERROR" && answer.body["result"] == .null)
            #expect(try await shop.customers.queue.work() == 0)
        }
    }

    @Test(arguments: ["limit=0", "limit=many", "offset=-1", "sort=-secret", "fields=id,secret"])
    func listsRefuseWhatTheyDoNotHave(_ query: String) async throws {
        try await Shop.open { shop in
            let answer = try await shop.caller.call("GET /v2/public/customers", query: query)
            #expect((400..<500).contains(answer.status))
        }
    }
}
