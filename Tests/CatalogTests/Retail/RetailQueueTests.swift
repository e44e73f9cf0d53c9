import Edge
import Logging
import Messaging
import Postgres
import Schema
import Synchronization
import TestKit
import Testing

@testable import Catalog
@testable import ServiceKit

/// The clienteling API's jobs, which all services do alike.
@Suite struct RetailQueueTests {
    private struct Refused: RetailRefusal {
        let message = "Never."
    }

    private struct Hiccup: Error {}

    /// A queue of texts, which are written down when they are done.
    private final class Desk: Sendable {
        let database: PostgresDatabase
        let store: RetailJobStore
        let account = AccountID()
        let done = Mutex<[String]>([])
        /// What goes wrong with a text, once.
        let faults = Mutex<[String: any Error]>([:])

        init(_ database: PostgresDatabase) {
            self.database = database
            store = RetailJobStore(
                database: database, outbox: Outbox(service: .catalog, signal: WakeSignal()))
        }

        static func open(_ body: (Desk, RetailQueue<String>) async throws -> Void) async throws {
            try await TestDatabase.with(migrations: CatalogService.allMigrations) { database, _ in
                let desk = Desk(database)
                let queue = RetailQueue<String>(.product, store: desk.store, logger: Logger(label: "test")) {
                    tasks, _ in
                    for task in tasks {
                        if let fault = desk.faults.withLock({ $0[task.work] }) {
                            // Of a batch, nothing is done, and each is tried alone.
                            if tasks.count == 1 { desk.faults.withLock { $0[task.work] = nil } }
                            throw fault
                        }
                    }
                    desk.done.withLock { $0 += tasks.map(\.work) }
                }
                try await body(desk, queue)
            }
        }

        @discardableResult
        func ask(_ queue: RetailQueue<String>, _ work: String, of subject: String) async throws -> RetailJobSnapshot {
            try await database.withTransaction { try queue.add(work, to: subject, of: account, in: $0) }
        }

        func job(_ id: RetailJobID) async throws -> RetailJobSnapshot? {
            let key = RetailJobKey(account: account, id: id)
            return try await store.jobs([key])[key]?.snapshot
        }

        /// What the list of jobs is told of one.
        func told(_ id: RetailJobID) async throws -> [String] {
            try await database.query(
                "SELECT sequence, payload FROM outbox WHERE subject = \(id.description) ORDER BY position"
            ).map { row in
                let event: RetailJobReported = try JSON.decode(from: row["payload", as: String.self])
                return "\(try row["sequence", as: Int64.self]) \(event.job.status.rawValue)"
            }
        }
    }

    @Test func aJobIsToldAtEachStep() async throws {
        try await Desk.open { desk, queue in
            let job = try await desk.ask(queue, "a1", of: "a")
            #expect(job.status == .queued && job.queueName == "scv:product:upsert")
            #expect(try await queue.isOpen("a", of: desk.account))
            #expect(try await !queue.isOpen("a", of: AccountID()))
            #expect(try await queue.work() == 1)
            #expect(try await queue.work() == 0)
            #expect(try await desk.told(job.id) == ["1 queued", "2 running", "3 completed"])
            #expect(try await !queue.isOpen("a", of: desk.account))
            #expect(desk.done.withLock { $0 } == ["a1"])
        }
    }

    @Test func whatComesAfterAJobThatMustBeTriedAgainWaits() async throws {
        try await Desk.open { desk, queue in
            desk.faults.withLock { $0["a1"] = Hiccup() }
            let first = try await desk.ask(queue, "a1", of: "a")
            let second = try await desk.ask(queue, "a2", of: "a")
            try await desk.ask(queue, "b1", of: "b")
            #expect(try await queue.work() == 3)
            #expect(desk.done.withLock { $0 } == ["b1"])
            #expect(try await desk.job(first.id)?.error != nil)
            #expect(try await desk.job(second.id)?.attempts == 0)
            // Nothing is due before the first is.
            try await eventually("the jobs are done") {
                _ = try await queue.work()
                return desk.done.withLock { $0.count } == 3
            }
            #expect(desk.done.withLock { $0 } == ["b1", "a1", "a2"])
            let steps = ["1 queued", "2 running", "3 queued", "4 running", "5 completed"]
            #expect(try await desk.told(first.id) == steps)
            #expect(try await desk.told(second.id) == steps)
            #expect(try await desk.job(first.id)?.error == nil)
        }
    }

    @Test func aRefusalIsFinalAndHoldsUpNobody() async throws {
        try await Desk.open { desk, queue in
            desk.faults.withLock { $0["a1"] = Refused() }
            let first = try await desk.ask(queue, "a1", of: "a")
            try await desk.ask(queue, "a2", of: "a")
            #expect(try await queue.work() == 2)
            let job = try #require(try await desk.job(first.id))
            #expect(job.status == .failed && job.error == "Never." && job.attempts == 1)
            #expect(desk.done.withLock { $0 } == ["a2"])
            #expect(try await desk.told(first.id) == ["1 queued", "2 running", "3 failed"])
        }
    }

    @Test func whoeverIsTooLateHasNoEffect() async throws {
        try await Desk.open { desk, queue in
            let job = try await desk.ask(queue, "a1", of: "a")
            let late = try await desk.database.withTransaction { transaction in
                try await desk.store.take(from: queue.resource.queueName, limit: 1, in: transaction)
            }
            #expect(late.map(\.job.snapshot.id) == [job.id])
            #expect(try await queue.work() == 0)
            try await desk.database.execute("UPDATE retail_jobs SET leased_until = now() - interval '1 second'")
            #expect(try await queue.work() == 1)
            await #expect(throws: RetailJobLost.self) {
                try await desk.database.withTransaction { try await desk.store.complete(late.map(\.job), in: $0) }
            }
            #expect(try await desk.told(job.id) == ["1 queued", "2 running", "3 running", "4 completed"])
        }
    }

    @Test func whatCannotBeReadOrKillsItsReaderFails() async throws {
        try await Desk.open { desk, queue in
            let unreadable = try await desk.ask(queue, "a1", of: "a")
            let deadly = try await desk.ask(queue, "b1", of: "b")
            try await desk.database.execute(
                "UPDATE retail_jobs SET payload = '{' WHERE id = \(unreadable.id)")
            try await desk.database.execute(
                "UPDATE retail_jobs SET attempts = \(RetailJob.maximumAttempts) WHERE id = \(deadly.id)")
            #expect(try await queue.work() == 2)
            for job in [unreadable, deadly] {
                #expect(try await desk.job(job.id)?.status == .failed)
            }
            #expect(desk.done.withLock { $0 }.isEmpty)
        }
    }
}
