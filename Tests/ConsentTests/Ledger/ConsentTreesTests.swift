import Foundation
import Messaging
import Postgres
import Schema
import ServiceKit
import TestKit
import Testing

@testable import Consent

/// The ledger on a real database: growing, forgetting, and being tampered with.
@Suite struct ConsentTreesTests {
    private struct Host {
        let database: PostgresDatabase
        let ledger: ConsentLedger
        let trees: ConsentTrees
        let account: AccountID

        /// Appends opt-ins of one person, each in a transaction of its own.
        @discardableResult
        func optIn(
            _ count: Int, person: CustomerID = CustomerID(), of account: AccountID? = nil
        ) async throws -> [ConsentEntry] {
            let entries = (0..<count).map { number in
                ConsentEntry(
                    account: account ?? self.account, kind: .optIn, source: "WEB_FORM", occurredAt: .now(),
                    personal: ConsentPersonalPart(
                        person: person, address: "+3361234\(1000 + number)",
                        proof: ConsentProof(termsVersion: "v2.3", sourceText: "tablet \(number)")))
            }
            for entry in entries {
                try await database.withTransaction { try ledger.append([entry], in: $0) }
            }
            return entries
        }

        /// Gives all entries their places.
        func grow(limit: Int = 10_000) async throws {
            while try await trees.grow(limit: limit).leaves > 0 {}
        }

        func checkpoint() async throws -> Checkpoint {
            let note = try trees.keys.sign(try await trees.head(of: account), of: account).description
            return try Checkpoint(note: note, signedBy: trees.keys.verifiers(of: account))
        }

        /// What an auditor finds who exports the history now.
        func verify(
            against checkpoint: Checkpoint, earlier: [Checkpoint] = []
        ) async throws -> HistoryVerification.Report {
            var verification = HistoryVerification(checkpoint: checkpoint, earlier: earlier)
            for entry in try await trees.store.history(of: account, 0..<checkpoint.size) {
                verification.read(try JSON.encode(entry))
            }
            return verification.report()
        }

        /// Changes the database behind the service's back.
        func tamper(_ query: PostgresQuery) async throws {
            #expect(try await database.execute(query) > 0, "nothing was changed")
        }

        func checkpointsTold() async throws -> [ConsentCheckpointSigned] {
            try await database.query(
                "SELECT payload FROM outbox WHERE type = \(ConsentCheckpointSigned.type) ORDER BY position"
            ).map { try JSON.decode(from: try $0["payload", as: String.self]) }
        }
    }

    private func with(_ body: (Host) async throws -> Void) async throws {
        try await TestDatabase.with(migrations: ConsentService.allMigrations) { database, _ in
            let keys = try LedgerKeys(origin: "shop.example/consent", seeds: [Array(repeating: 7, count: 32)])
            let trees = ConsentTrees(
                database: database, keys: keys, outbox: Outbox(service: .consent, signal: WakeSignal()))
            try await body(
                Host(
                    database: database, ledger: ConsentLedger(database: database), trees: trees, account: AccountID()))
        }
    }

    // MARK: Growing

    @Test func entriesBecomeLeavesInTheirOrder() async throws {
        try await with { host in
            let empty = try await host.checkpoint()
            #expect(empty.size == 0 && empty.root == .empty)
            var all: [ConsentEntry] = []
            var checkpoints: [Checkpoint] = [empty]
            // Bundles of sixteen are begun, filled and crossed.
            for count in [1, 1, 5, 12, 40, 3] {
                all += try await host.optIn(count)
                try await host.grow(limit: 7)
                checkpoints.append(try await host.checkpoint())
            }
            let history = try await host.trees.store.history(of: host.account, 0..<Int64(all.count))
            #expect(history.map(\.entryID) == all.map(\.id))
            let last = try #require(checkpoints.last)
            #expect(last.size == Int64(all.count))
            #expect(try await host.verify(against: last, earlier: checkpoints).findings == [])
            for (first, second) in zip(checkpoints, checkpoints.dropFirst()) {
                let plan = try #require(MerkleProofPlan(consistencyFrom: first.size, to: second.size))
                let proof = try await host.trees.proof(plan, of: host.account)
                #expect(
                    MerkleProof.verifiesConsistency(
                        from: (first.size, first.root), to: (second.size, second.root), proof))
            }
            for entry in history {
                let plan = try #require(MerkleProofPlan(inclusionOf: entry.leafIndex, size: last.size))
                let proof = try await host.trees.proof(plan, of: host.account)
                let hash = try #require(entry.computedHash)
                #expect(
                    MerkleProof.verifiesInclusion(
                        of: hash, at: entry.leafIndex, size: last.size, root: last.root, proof))
            }
        }
    }

    @Test func aCheckpointIsToldOfWithEachGrowth() async throws {
        try await with { host in
            try await host.optIn(3)
            try await host.grow()
            try await host.optIn(2)
            try await host.grow()
            try await host.grow()
            let told = try await host.checkpointsTold()
            #expect(told.map(\.treeSize) == [3, 5])
            let keys = host.trees.keys.verifiers(of: host.account)
            for event in told {
                let checkpoint = try Checkpoint(note: event.checkpoint, signedBy: keys)
                #expect(checkpoint.root.base64 == event.rootHash)
                #expect(checkpoint.origin == event.origin)
            }
            let envelopes = try await host.database.query(
                "SELECT subject, sequence FROM outbox WHERE type = \(ConsentCheckpointSigned.type) ORDER BY position")
            #expect(try envelopes.map { try $0["sequence", as: Int64.self] } == [1, 2])
            #expect(try envelopes.allSatisfy { try $0["subject"] == host.account.description })
        }
    }

    /// An entry that is committed late gets a later place; none is left out and none comes twice.
    @Test func entriesThatCommitOutOfOrderAreAllTaken() async throws {
        try await with { host in
            let late = ConsentEntry(
                account: host.account, kind: .optIn, source: "WEB_FORM", occurredAt: .now(),
                personal: ConsentPersonalPart(person: CustomerID(), address: "+33600000001"))
            try await host.database.withTransaction { transaction in
                try host.ledger.append([late], in: transaction)
                // It has its position now, and is not visible yet.
                _ = try await transaction.query("SELECT 1")
                try await host.optIn(2)
                try await host.grow()
            }
            try await host.grow()
            let checkpoint = try await host.checkpoint()
            #expect(checkpoint.size == 3)
            #expect(try await host.trees.store.leafIndex(of: late.id, account: host.account) == .some(.some(2)))
            #expect(try await host.verify(against: checkpoint).findings == [])
        }
    }

    @Test func severalGrowersNeverTakeAnEntryTwice() async throws {
        try await with { host in
            let writer = Task { for _ in 0..<20 { try await host.optIn(5) } }
            let growers = (0..<4).map { _ in
                Task { while !Task.isCancelled { _ = try await host.trees.grow(limit: 3) } }
            }
            try await writer.value
            try await eventually("all have a place") { try await host.trees.head(of: host.account).size == 100 }
            for grower in growers { grower.cancel() }
            for grower in growers { _ = await grower.result }
            #expect(try await host.verify(against: try await host.checkpoint()).findings == [])
            let told = try await host.checkpointsTold().map(\.treeSize)
            #expect(told == told.sorted() && Set(told).count == told.count && told.last == 100)
        }
    }

    /// The round trips of a round don't depend on how many accounts there are.
    @Test func manyAccountsShareARound() async throws {
        try await with { host in
            let accounts = (0..<2_000).map { _ in AccountID() }
            try await host.database.withTransaction { transaction in
                for account in accounts {
                    let entry = ConsentEntry(
                        account: account, kind: .optOut, channel: .email, source: "API", occurredAt: .now(),
                        personal: ConsentPersonalPart(person: CustomerID(), address: "a@example.com", reason: "asked"))
                    try host.ledger.append([entry], in: transaction)
                }
            }
            let round = try await host.trees.grow(limit: 10_000)
            #expect(round.leaves == 2_000 && round.checkpoints == 2_000)
            #expect(try await host.trees.head(of: accounts[7]).size == 1)
        }
    }

    @Test func whatIsRolledBackIsNeverSigned() async throws {
        struct Change: Error {}
        try await with { host in
            await #expect(throws: Change.self) {
                try await host.database.withTransaction { transaction in
                    let entry = ConsentEntry(
                        account: host.account, kind: .optIn, source: "WEB_FORM", occurredAt: .now(),
                        personal: ConsentPersonalPart(person: CustomerID(), address: "+33600000001"))
                    try host.ledger.append([entry], in: transaction)
                    _ = try await transaction.query("SELECT 1")
                    throw Change()
                }
            }
            try await host.grow()
            #expect(try await host.trees.head(of: host.account).size == 0)
        }
    }

    // MARK: People

    @Test func theHistoryOfAPersonIsOldestFirst() async throws {
        try await with { host in
            let (person, other) = (CustomerID(), CustomerID())
            let first = try await host.optIn(2, person: person)
            let second = try await host.optIn(1, person: other)
            #expect(try await host.ledger.history(of: person, account: host.account) == first)
            #expect(try await host.ledger.history(of: person, account: AccountID()) == [])
            try await host.database.withTransaction {
                host.ledger.move(from: other, to: person, of: host.account, in: $0)
            }
            #expect(try await host.ledger.history(of: person, account: host.account) == first + second)
            #expect(try await host.ledger.history(of: other, account: host.account) == [])
        }
    }

    @Test func aForgottenPersonLeavesAWholeTree() async throws {
        try await with { host in
            let person = CustomerID()
            try await host.optIn(3)
            try await host.optIn(2, person: person)
            try await host.grow()
            // One of them has no place yet.
            try await host.optIn(1, person: person)
            let before = try await host.checkpoint()
            try await host.database.withTransaction { host.ledger.forget(person, of: host.account, in: $0) }
            try await host.grow()
            try await host.optIn(1)
            try await host.grow()
            let checkpoint = try await host.checkpoint()
            let report = try await host.verify(against: checkpoint, earlier: [before])
            #expect(report == .init(findings: [], proven: 7, forgotten: 3, newer: 0))
            #expect(try await host.ledger.history(of: person, account: host.account) == [])
            let left = try await host.database.query(
                """
                SELECT count(*) AS count FROM consent_entries
                WHERE person_id = \(person) OR ((person_id IS NULL) <> (salt IS NULL)) OR (salt IS NULL) <> (personal IS NULL)
                """)
            #expect(try left.first?["count", as: Int.self] == 0)
        }
    }

    // MARK: Tampering

    /// Twenty entries, signed after 8 and after 20.
    private func withHistory(
        _ body: (Host, [ConsentEntry], _ earlier: Checkpoint, Checkpoint) async throws -> Void
    ) async throws {
        try await with { host in
            var entries = try await host.optIn(8)
            try await host.grow()
            let earlier = try await host.checkpoint()
            entries += try await host.optIn(12)
            try await host.grow()
            let checkpoint = try await host.checkpoint()
            #expect(try await host.verify(against: checkpoint, earlier: [earlier]).findings == [])
            try await body(host, entries, earlier, checkpoint)
        }
    }

    @Test func anAlteredEntryIsNamed() async throws {
        try await withHistory { host, entries, earlier, checkpoint in
            try await host.tamper("UPDATE consent_entries SET source = 'CHECKOUT' WHERE id = \(entries[11].id)")
            let found = try await host.verify(against: checkpoint, earlier: [earlier])
            #expect(found.findings == [.alteredEntry(leaf: 11, entry: entries[11].id)])
        }
    }

    @Test func anAlteredNumberIsNamed() async throws {
        try await withHistory { host, entries, earlier, checkpoint in
            try await host.tamper(
                "UPDATE consent_entries SET personal = replace(personal, '+336', '+337') WHERE id = \(entries[4].id)")
            let found = try await host.verify(against: checkpoint, earlier: [earlier])
            #expect(found.findings == [.alteredPersonalPart(leaf: 4, entry: entries[4].id)])
        }
    }

    @Test func anAlteredHashIsNamed() async throws {
        try await withHistory { host, entries, earlier, checkpoint in
            // The third hash of the second bundle of leaves: leaf 18.
            try await host.tamper(
                """
                UPDATE consent_tree_hashes SET hashes = set_byte(hashes, 2 * 32, get_byte(hashes, 2 * 32) # 1)
                WHERE level = 0 AND bundle = 1
                """)
            let found = try await host.verify(against: checkpoint, earlier: [earlier])
            #expect(found.findings == [.alteredHash(leaf: 18, entry: entries[18].id)])
        }
    }

    @Test func aRemovedEntryIsNamed() async throws {
        try await withHistory { host, entries, earlier, checkpoint in
            try await host.tamper("DELETE FROM consent_entries WHERE id = \(entries[5].id)")
            let found = try await host.verify(against: checkpoint, earlier: [earlier])
            #expect(found.findings == [.removed(5...5)])
            // With the gap closed.
            try await host.tamper("UPDATE consent_entries SET leaf_index = leaf_index + 1000 WHERE leaf_index > 5")
            try await host.tamper("UPDATE consent_entries SET leaf_index = leaf_index - 1001 WHERE leaf_index > 1000")
            let closed = try await host.verify(against: checkpoint, earlier: [earlier])
            #expect(closed.findings == [.removed(5...5)])
        }
    }

    @Test func reorderedEntriesAreNamed() async throws {
        try await withHistory { host, entries, earlier, checkpoint in
            try await host.tamper("UPDATE consent_entries SET leaf_index = 1000 WHERE leaf_index = 3")
            try await host.tamper("UPDATE consent_entries SET leaf_index = 3 WHERE leaf_index = 15")
            try await host.tamper("UPDATE consent_entries SET leaf_index = 15 WHERE leaf_index = 1000")
            let found = try await host.verify(against: checkpoint, earlier: [earlier])
            #expect(
                found.findings == [
                    .reordered(entry: entries[3].id, leaf: 15, belongs: 3),
                    .reordered(entry: entries[15].id, leaf: 3, belongs: 15),
                ])
        }
    }

    @Test func aTruncatedHistoryIsMeasured() async throws {
        try await withHistory { host, _, earlier, checkpoint in
            try await host.tamper("DELETE FROM consent_entries WHERE leaf_index >= 17")
            let found = try await host.verify(against: checkpoint, earlier: [earlier])
            #expect(found.findings == [.truncated(17...19)])
            try await host.tamper("DELETE FROM consent_tree_hashes WHERE bundle = 1")
            let deeper = try await host.verify(against: checkpoint, earlier: [earlier])
            #expect(deeper.findings == [.truncated(17...19)])
            #expect(deeper.proven == 8)
        }
    }

    /// Entry and hash altered together: the checkpoints say between which leaves.
    @Test func aRewrittenEntryIsNarrowedDown() async throws {
        try await withHistory { host, entries, earlier, checkpoint in
            try await host.tamper("UPDATE consent_entries SET source = 'CHECKOUT' WHERE id = \(entries[11].id)")
            let history = try await host.trees.store.history(of: host.account, 11..<12)
            let hash = try #require(history[0].computedHash)
            try await host.tamper(
                """
                UPDATE consent_tree_hashes SET hashes = overlay(hashes PLACING \(hash.bytes)::bytea FROM 11 * 32 + 1)
                WHERE level = 0 AND bundle = 0
                """)
            #expect(try await host.verify(against: checkpoint, earlier: [earlier]).findings == [.rewritten(8...19)])
            #expect(try await host.verify(against: checkpoint).findings == [.rewritten(0...19)])
        }
    }

    /// A head that was altered is never signed, and holds nobody else up.
    @Test func aDamagedTreeIsNotContinued() async throws {
        try await withHistory { host, _, _, checkpoint in
            try await host.tamper(
                "UPDATE consent_trees SET root = sha256('x'::bytea) WHERE account_id = \(host.account)")
            let other = AccountID()
            try await host.optIn(1)
            try await host.optIn(1, of: other)
            let round = try await host.trees.grow(limit: 100)
            #expect(round.damaged == [host.account])
            #expect(round.leaves == 1)
            #expect(try await host.trees.head(of: other).size == 1)
            await #expect(throws: LedgerDamage.self) { try await host.trees.head(of: host.account) }
            #expect(try await host.checkpointsTold().filter { $0.treeSize > 1 }.map(\.treeSize) == [8, 20])
            #expect(checkpoint.size == 20)
        }
    }
}
