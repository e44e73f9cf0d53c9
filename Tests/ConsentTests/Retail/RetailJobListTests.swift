import Edge
import Foundation
import Messaging
import Postgres
import Schema
import TestKit
import Testing

@testable import Consent
@testable import ServiceKit

/// The one list of the clienteling API's jobs, whichever service does them.
@Suite struct RetailJobListTests {
    private struct Office {
        let database: PostgresDatabase
        let jobs: RetailJobs
        let caller: RouteCaller

        /// - Parameter patience: For how long news of a job are waited for.
        static func open(
            patience: Duration = .milliseconds(20), _ body: @Sendable (Office) async throws -> Void
        ) async throws {
            try await TestDatabase.with(migrations: ConsentService.allMigrations) { database, _ in
                let jobs = RetailJobs(database: database, patience: patience)
                let caller = RouteCaller(RetailJobRoutes(jobs: jobs).routes)
                let office = Office(database: database, jobs: jobs, caller: caller)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await jobs.waiter.run() }
                    defer { group.cancelAll() }
                    try await body(office)
                }
            }
        }

        /// Hears of a job as its consumer would.
        func hear(_ job: RetailJobSnapshot, sequence: Int64) async throws {
            let event = try EventEnvelope(
                RetailJobReported(job: job), from: .orders, subject: job.id.description, sequence: sequence,
                account: caller.account)
            let received = Received(envelope: event, payload: RetailJobReported(job: job))
            try await database.withTransaction { transaction in
                try await RetailJobReportedHandler(jobs: jobs).handle(received, in: transaction)
            }
        }

        func get(_ id: RetailJobID, as other: AccountID? = nil) async throws -> RouteCaller.Answer {
            try await caller.call("GET /v2/public/jobs/{id}", ["id": id.uuid.uuidString], as: other)
        }
    }

    private func job(_ status: RetailJobStatus, id: RetailJobID = RetailJobID()) -> RetailJobSnapshot {
        RetailJobSnapshot(
            id: id, queueName: "scv:order:upsert", subject: "o-1", status: status,
            error: status == .failed ? "Never." : nil, attempts: status == .queued ? 0 : 1, createdAt: .now(),
            updatedAt: .now())
    }

    @Test func jobsOfOtherServicesAreListedAsTheyStand() async throws {
        try await Office.open { office in
            let id = RetailJobID()
            for (place, status) in [RetailJobStatus.queued, .running, .failed].enumerated() {
                try await office.hear(job(status, id: id), sequence: Int64(place) + 1)
                let shown = try await office.get(id)
                #expect(shown.body["action"] == "JOB_GET_ONE")
                #expect(shown.body["result"]?["status"] == .string(status.rawValue))
            }
            let shown = try #require(try await office.get(id).body["result"])
            #expect(shown["id"] == .string(id.uuid.uuidString.lowercased()))
            #expect(shown["queueName"] == "scv:order:upsert" && shown["externalId"] == "o-1")
            #expect(shown["error"] == "Never." && shown["attempts"] == 1)
            let listed = try await office.caller.call("GET /v2/public/jobs")
            #expect(listed.body["result"] == ["count": 1, "rows": [shown]])
            let some = try await office.caller.call("GET /v2/public/jobs", query: "fields=status,attempts")
            #expect(some.body["result"]?["rows"] == [["status": "failed", "attempts": 1]])
            #expect(try await office.caller.call("GET /v2/public/jobs", query: "fields=secret").status == 400)
            #expect(try await office.get(id, as: AccountID()).status == 404)
            #expect(try await office.caller.call("GET /v2/public/jobs", as: AccountID()).body["result"]?["count"] == 0)
        }
    }

    @Test func whatOthersDoIsNotDoneHere() async throws {
        try await Office.open { office in
            var job = job(.queued)
            job.queueName = RetailOS.Resource.customer.queueName
            try await office.hear(job, sequence: 1)
            let taken = try await office.database.withTransaction { transaction in
                try await office.jobs.store.take(from: job.queueName, limit: 10, in: transaction)
            }
            #expect(taken.isEmpty)
        }
    }

    @Test func aJobThatIsOnItsWayIsWaitedFor() async throws {
        try await Office.open(patience: .seconds(60)) { office in
            let job = job(.queued)
            async let asked = office.get(job.id)
            try await office.hear(job, sequence: 1)
            let shown = try await asked
            #expect(shown.body["result"]?["status"] == "queued")
        }
    }

    @Test func aJobThatNobodyTellsOfDoesNotExist() async throws {
        try await Office.open { office in
            let unheard = try await office.get(RetailJobID())
            #expect(unheard.status == 404)
            #expect(try await office.caller.call("GET /v2/public/jobs/{id}", ["id": "x"]).status == 404)
        }
        // What must have been heard long ago is not waited for: the test would last an hour.
        try await Office.open(patience: .seconds(3600)) { office in
            let old = RetailJobID(uuid: UUIDv7.first(at: .now() - .seconds(120)))
            let aged = try await office.get(old)
            #expect(aged.status == 404)
            let nobody = "00000000-0000-4000-8000-000000000000"
            #expect(try await office.caller.call("GET /v2/public/jobs/{id}", ["id": nobody]).status == 404)
        }
    }
}
