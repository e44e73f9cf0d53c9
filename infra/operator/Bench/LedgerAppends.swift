import Foundation
import LocalStack
import Postgres
import Schema
import TestKit

/// How many entries a second the consent ledger takes for as long as they come, and how often it signs meanwhile.
struct LedgerAppends {
    let stack: BenchStack
    let seconds: Int

    private static let connections = 8

    /// Entries are written as fast as Postgres takes them, all of one account, which is the harder case. They count once
    /// they are leaves of the signed tree: what is left over at the end is waited for and its time counts.
    func measure() async throws -> [Figure] {
        let others = ServiceName.allCases.filter { $0 != .consent }
        return try await stack.pausing(others) {
            let account = AccountID()
            let start = ContinuousClock.now
            _ = try await stack.pgbench(
                "ledger-append", as: .consent, connections: Self.connections, seconds: 5 * seconds, turn: 1,
                variables: ["account": account.uuid.uuidString, "personal": String(repeating: "p", count: 420)])
            let written = ContinuousClock.now - start
            return try await stack.withDatabase { database in
                let entries: Int64 = try await database.query(
                    "SELECT count(*) AS count FROM consent.consent_entries WHERE account_id = \(account)")[0]["count"]
                try await eventually(timeout: .seconds(300), "all entries are in the tree") {
                    try await database.query(
                        "SELECT size FROM consent.consent_trees WHERE account_id = \(account)"
                    ).first?["size", as: Int64.self] == entries
                }
                let all = ContinuousClock.now - start
                let gaps = try await database.query(
                    """
                    SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY gap)::double precision AS gap FROM (
                        SELECT extract(epoch FROM time - lag(time) OVER (ORDER BY position)) AS gap FROM consent.outbox
                        WHERE type = \(ConsentCheckpointSigned.type) AND account = \(account)
                            AND time < now() - make_interval(secs => \((all - written) / .seconds(1)))
                    ) AS checkpoints
                    """)
                return [
                    Figure(
                        name: "ledger appends, in the signed tree", value: Double(entries) / (all / .seconds(1)),
                        unit: "/s", bound: nil, mark: .atLeast(3_000)),
                    Figure(
                        name: "ledger appends, from checkpoint to checkpoint",
                        value: try gaps.first?["gap", as: Double?.self] ?? .infinity, unit: "s", bound: nil,
                        mark: .atMost(1.2)),
                ]
            }
        }
    }
}
