import Messaging
import Postgres
import Schema
import Synchronization
import TestKit
import Testing

@testable import Consent

/// Whoever follows the changes sees every one, though transactions commit in another order than they stamp.
@Suite struct ProfileSyncTests {
    /// How many are not done yet.
    private final class Countdown: Sendable {
        let count: Mutex<Int>

        init(_ count: Int) { self.count = Mutex(count) }
    }

    /// A client that goes on from the last item's `updated_at`, as the API tells it to.
    private struct Follower {
        let crm: CRM
        var since = "2000-01-01T00:00:00.000Z"
        /// The newest state seen of each profile.
        var seen: [String: String] = [:]

        mutating func follow() async throws {
            while true {
                let reply = try await crm.caller.call(
                    "GET /v1/profiles", query: "sort=updated_at&limit=20&updated_since=\(since)")
                let items = reply.body["data"]?.array ?? []
                for item in items { seen[item["external_id"]?.string ?? ""] = item["first_name"]?.string ?? "" }
                let last = items.last?["updated_at"]?.string ?? since
                guard last != since else { return }
                since = last
            }
        }
    }

    /// A change is stamped, a later one is committed and listed, then the first one commits.
    @Test func aLateCommitIsNotMissed() async throws {
        try await CRM.open { crm in
            var follower = Follower(crm: crm)
            let report = CustomerReport(externalID: "slow")
            try await crm.database.withTransaction { transaction in
                _ = try await crm.people.upsert([report], of: crm.account, in: transaction)[0].get()
                // On the server now, and stamped.
                _ = try await transaction.query("SELECT 1 AS one")
                _ = try await crm.upsert("fast", ["first_name": "seen"])
                try await follower.follow()
                #expect(follower.seen.isEmpty, "what is newer than a change in the making is held back")
            }
            try await eventually("both are listed") {
                try await follower.follow()
                return follower.seen.keys.sorted() == ["fast", "slow"]
            }
        }
    }

    @Test func nothingIsMissedAmongManyWriters() async throws {
        try await CRM.open { crm in
            let writers = 8
            let rounds = 25
            let writing = Countdown(writers)
            let seen = try await withThrowingTaskGroup(of: [String: String]?.self) { tasks in
                for writer in 0..<writers {
                    tasks.addTask {
                        defer { writing.count.withLock { $0 -= 1 } }
                        for round in 1...rounds {
                            if writer.isMultiple(of: 2) {
                                _ = try await crm.upsert("one-\(writer)", ["first_name": .string("\(round)")])
                                continue
                            }
                            // A call that takes its time between stamp and commit.
                            let profiles = (0..<30).map { number -> JSONValue in
                                ["external_id": .string("many-\(writer)-\(number)"), "first_name": .string("\(round)")]
                            }
                            _ = try await crm.caller.call(
                                "POST /v1/profiles/bulk", body: ["profiles": .array(profiles)])
                        }
                        return nil
                    }
                }
                tasks.addTask {
                    var follower = Follower(crm: crm)
                    while writing.count.withLock({ $0 > 0 }) { try await follower.follow() }
                    // Once nobody writes, one more look completes it, from where the last one ended.
                    try await eventually("the last change is old enough") {
                        try await follower.follow()
                        return follower.seen.values.allSatisfy { $0 == "\(rounds)" }
                    }
                    return follower.seen
                }
                var seen: [String: String] = [:]
                for try await result in tasks { seen = result ?? seen }
                return seen
            }
            #expect(seen.count == 4 + 4 * 30)
        }
    }
}
