import Messaging
import Postgres
import Schema
import Synchronization
import TestKit
import Testing

@testable import Notifications

/// In what order events are shown, and that none is missed.
@Suite struct EventLogTests {
    @Test func `a reader is shown nothing behind what may still come`() async throws {
        try await Engine.with { engine in
            let log = EventLog(database: engine.database)
            try await engine.record(subject: "before")
            let (slowHasWritten, fastHasCommitted) = (Latch(), Latch())
            async let slow: Void = engine.database.withTransaction { transaction in
                engine.record(engine.event(subject: "slow", sequence: 1), in: transaction)
                try await transaction.execute("SELECT 1")
                slowHasWritten.open()
                await fastHasCommitted.wait()
            }
            await slowHasWritten.wait()
            try await engine.record(subject: "fast")
            let first = try await log.page(of: engine.account, .init(), after: nil, limit: 10)
            #expect(first.events.map(\.event.subject) == ["before"])
            #expect(!first.hasMore)
            fastHasCommitted.open()
            try await slow
            let second = try await log.page(of: engine.account, .init(), after: first.end, limit: 10)
            #expect(second.events.map(\.event.subject) == ["slow", "fast"])
            let third = try await log.page(of: engine.account, .init(), after: second.end, limit: 10)
            #expect(third.events.isEmpty && third.end.number == second.end.number)
        }
    }

    @Test func `a transaction that gave up holds nobody back`() async throws {
        try await Engine.with { engine in
            struct Refused: Error {}
            await #expect(throws: Refused.self) {
                try await engine.database.withTransaction { transaction in
                    engine.record(engine.event(subject: "gone", sequence: 1), in: transaction)
                    try await transaction.execute("SELECT 1")
                    throw Refused()
                }
            }
            try await engine.record(subject: "one")
            let page = try await EventLog(database: engine.database)
                .page(of: engine.account, .init(), after: nil, limit: 10)
            #expect(page.events.map(\.event.subject) == ["one"])
        }
    }

    /// Writers commit in any order; who reads along meanwhile sees each event once, those of a resource in order.
    @Test func `reading along with many writers misses nothing`() async throws {
        try await Engine.with { engine in
            let log = EventLog(database: engine.database)
            let (writers, rounds) = (6, 20)
            let isDone = Mutex(false)
            async let reading: [LoggedEvent] = {
                var seen: [LoggedEvent] = []
                var cursor: EventPosition?
                while true {
                    let isLast = isDone.withLock { $0 }
                    let page = try await log.page(of: engine.account, .init(), after: cursor, limit: 7)
                    seen += page.events
                    cursor = page.end
                    if isLast, !page.hasMore { return seen }
                }
            }()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for writer in 0..<writers {
                    group.addTask {
                        for round in 0..<rounds {
                            try await engine.database.withTransaction { transaction in
                                for part in 0..<3 {
                                    let sequence = Int64(round * 3 + part + 1)
                                    let event = engine.event(subject: "s\(writer)", sequence: sequence)
                                    engine.record(event, in: transaction)
                                    // Spreads the draws of one transaction over those of others.
                                    try await transaction.execute("SELECT pg_sleep(random() * 0.003)")
                                }
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            isDone.withLock { $0 = true }
            let seen = try await reading
            #expect(seen.count == writers * rounds * 3)
            #expect(seen.map(\.position.number) == seen.map(\.position.number).sorted())
            for (subject, events) in Dictionary(grouping: seen, by: \.event.subject) {
                #expect(events.map(\.event.sequence) == Array(1...Int64(rounds * 3)), "\(subject)")
            }
        }
    }

    @Test func `pages are cut by number and by size, and filters narrow them`() async throws {
        try await Engine.with { engine in
            let log = EventLog(database: engine.database)
            for subject in ["a", "b", "a"] { try await engine.record(subject: subject, from: subject == "a" ? 1 : 5) }
            let first = try await log.page(of: engine.account, .init(), after: nil, limit: 2)
            #expect(first.events.count == 2 && first.hasMore)
            let rest = try await log.page(of: engine.account, .init(), after: first.end, limit: 2)
            #expect(rest.events.count == 1 && !rest.hasMore)
            let ofB = try await log.page(of: engine.account, .init(subject: "b"), after: nil, limit: 10)
            #expect(ofB.events.map(\.event.sequence) == [5])
            let ofType = try await log.page(
                of: engine.account, .init(families: [WebhookPinged.family]), after: nil, limit: 2)
            #expect(ofType.events.count == 2 && ofType.hasMore)
            let ofOther = try await log.page(
                of: engine.account, .init(families: [OrderPlaced.family]), after: nil, limit: 2)
            #expect(ofOther.events.isEmpty && !ofOther.hasMore && ofOther.end == rest.end.at(ofOther.end.recordedAt))
            let earlier = EventLog.Filter(until: .now() - .seconds(3600))
            #expect(try await log.page(of: engine.account, earlier, after: nil, limit: 2).events.isEmpty)
            let others = try await log.page(of: AccountID(), .init(), after: nil, limit: 10)
            #expect(others.events.isEmpty)

            try await engine.database.execute(
                "UPDATE webhook_event_log SET payload = repeat('x', \(EventLog.bytes - 10)) WHERE subject = 'a'")
            let large = try await log.page(of: engine.account, .init(), after: nil, limit: 10)
            #expect(large.events.count == 2 && large.hasMore)
            #expect(try await log.page(of: engine.account, .init(), after: large.end, limit: 10).events.count == 1)
        }
    }

    @Test func `a walk through what is not asked for ends, and goes on from there`() async throws {
        try await Engine.with { engine in
            try await engine.database.execute(
                """
                INSERT INTO webhook_event_log (id, account_id, type, subject, sequence, time, payload)
                SELECT gen_random_uuid(), \(engine.account), 'com.caravan.orders.order_placed.v1', 'x', n, now(), '{}'
                FROM generate_series(1, \(EventLog.reach + 10)) AS n
                """)
            try await engine.record(subject: "wanted")
            let log = EventLog(database: engine.database)
            let filter = EventLog.Filter(families: [WebhookPinged.family])
            let first = try await log.page(of: engine.account, filter, after: nil, limit: 10)
            #expect(first.events.isEmpty && first.hasMore)
            let second = try await log.page(of: engine.account, filter, after: first.end, limit: 10)
            #expect(second.events.map(\.event.subject) == ["wanted"] && !second.hasMore)
        }
    }

    @Test func `who reads on from what was dropped is told so`() async throws {
        try await Engine.with { engine in
            let log = EventLog(database: engine.database)
            try await engine.record(2, subject: "one")
            let page = try await log.page(of: engine.account, .init(), after: nil, limit: 1)
            let future = EventPosition(number: page.end.number + 1000, recordedAt: .now())
            await #expect(throws: EventLog.Expired.self) {
                try await log.page(of: engine.account, .init(), after: future, limit: 1)
            }
            try await engine.database.execute("UPDATE webhook_log_state SET cut_at = now()")
            await #expect(throws: EventLog.Expired.self) {
                try await log.page(of: engine.account, .init(), after: page.end, limit: 1)
            }
            #expect(try await log.page(of: engine.account, .init(), after: nil, limit: 10).events.count == 2)
        }
    }
}

extension EventPosition {
    fileprivate func at(_ time: Timestamp) -> EventPosition { EventPosition(number: number, recordedAt: time) }
}
