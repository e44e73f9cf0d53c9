import Messaging
import Postgres
import Schema
import ServiceKit
import TestKit
import Testing

@testable import Consent

/// What an auditor gets over HTTP.
@Suite struct ConsentProofRoutesTests {
    private struct Auditor {
        let ledger: ConsentLedger
        let trees: ConsentTrees
        let database: PostgresDatabase
        let caller: RouteCaller

        func optIn(_ count: Int) async throws -> [ConsentEntry] {
            let entries = (0..<count).map { number in
                ConsentEntry(
                    account: caller.account, kind: .optIn, source: "WEB_FORM", occurredAt: .now(),
                    personal: ConsentPersonalPart(person: CustomerID(), address: "+3361234\(1000 + number)"))
            }
            try await database.withTransaction { try ledger.append(entries, in: $0) }
            return entries
        }

        func checkpoint(as other: AccountID? = nil) async throws -> Checkpoint {
            let keys = try await caller.call("GET /v1/consent/keys", as: other)
            let note = try await caller.call("GET /v1/consent/checkpoint", as: other)
            #expect(note.headers["content-type"] == "text/plain; charset=utf-8")
            return try Checkpoint(
                note: note.body.string ?? "",
                signedBy: (keys.body.string ?? "").split(separator: "\n").compactMap { NoteVerifier(text: String($0)) })
        }

        func proof(_ entry: String, query: String? = nil) async throws -> RouteCaller.Answer {
            try await caller.call("GET /v1/consent/proof/inclusion/{entry_id}", ["entry_id": entry], query: query)
        }

        func consistency(_ query: String) async throws -> RouteCaller.Answer {
            try await caller.call("GET /v1/consent/proof/consistency", query: query)
        }

        func entries(_ query: String? = nil) async throws -> RouteCaller.Answer {
            try await caller.call("GET /v1/consent/entries", query: query)
        }
    }

    private func with(_ body: (Auditor) async throws -> Void) async throws {
        try await TestDatabase.with(migrations: ConsentService.allMigrations) { database, _ in
            let keys = try LedgerKeys(origin: "shop.example/consent", seeds: [Array(repeating: 7, count: 32)])
            let trees = ConsentTrees(
                database: database, keys: keys, outbox: Outbox(service: .consent, signal: WakeSignal()))
            try await body(
                Auditor(
                    ledger: ConsentLedger(database: database), trees: trees, database: database,
                    caller: RouteCaller(ConsentProofRoutes(trees: trees).routes)))
        }
    }

    private func hashes(_ answer: RouteCaller.Answer) -> [MerkleHash] {
        (answer.body["proof"]?.array ?? []).compactMap { $0.string.flatMap { MerkleHash(base64: $0) } }
    }

    @Test func anEntryIsProvenByItsIDAndByItsPlace() async throws {
        try await with { auditor in
            let entries = try await auditor.optIn(21)
            // It has been acknowledged and has no place yet.
            let early = try await auditor.proof(entries[20].id.description)
            #expect(early.status == 503)
            #expect(early.headers["retry-after"] == "1")
            _ = try await auditor.trees.grow(limit: 100)
            let checkpoint = try await auditor.checkpoint()
            for (index, entry) in entries.enumerated() {
                let proof = try await auditor.proof(entry.id.description)
                #expect(proof.status == 200)
                #expect(proof.body["leaf_index"]?.integer == Int64(index))
                #expect(proof.body["tree_size"]?.integer == 21)
                let leaf = try #require(proof.body["leaf_hash"]?.string.flatMap { MerkleHash(base64: $0) })
                #expect(
                    MerkleProof.verifiesInclusion(
                        of: leaf, at: Int64(index), size: 21, root: checkpoint.root, hashes(proof)))
                #expect(try await auditor.proof("\(index)").body == proof.body)
            }
        }
    }

    @Test func anEarlierTreeIsProvenToo() async throws {
        try await with { auditor in
            _ = try await auditor.optIn(5)
            _ = try await auditor.trees.grow(limit: 100)
            let first = try await auditor.checkpoint()
            _ = try await auditor.optIn(8)
            _ = try await auditor.trees.grow(limit: 100)
            let second = try await auditor.checkpoint()
            let inclusion = try await auditor.proof("3", query: "tree_size=5")
            let leaf = try #require(inclusion.body["leaf_hash"]?.string.flatMap { MerkleHash(base64: $0) })
            #expect(
                MerkleProof.verifiesInclusion(of: leaf, at: 3, size: 5, root: first.root, hashes(inclusion)))
            for query in ["first=5&second=13", "first=5"] {
                let proof = try await auditor.consistency(query)
                #expect(proof.body["second"]?.integer == 13)
                #expect(
                    MerkleProof.verifiesConsistency(
                        from: (first.size, first.root), to: (second.size, second.root), hashes(proof)))
            }
            #expect(try await auditor.consistency("first=0&second=13").body["proof"]?.array == [])
        }
    }

    @Test func whatCannotBeProvenIsRefused() async throws {
        try await with { auditor in
            _ = try await auditor.optIn(3)
            _ = try await auditor.trees.grow(limit: 100)
            for reference in ["3", "-1", "x", "cse_", ConsentEntryID().description, "9223372036854775808"] {
                let answer = try await auditor.proof(reference)
                #expect(answer.status == 404, "\(reference)")
                #expect(answer.body["code"]?.string == "RESOURCE_NOT_FOUND")
            }
            for query in ["tree_size=4", "tree_size=2", "tree_size=0", "tree_size=x", "tree_size=-1"] {
                #expect(try await auditor.proof("2", query: query).status == 400, "\(query)")
            }
            for query in ["", "first=4", "first=3&second=2", "first=x", "first=1&second=4", "first=-1"] {
                let answer = try await auditor.consistency(query)
                #expect(answer.status == 400, "\(query)")
                #expect(answer.body["code"]?.string == "VALIDATION_ERROR")
            }
            for query in ["limit=0", "limit=1001", "limit=x", "first=-1", "first=x", "cursor=x"] {
                #expect(try await auditor.entries(query).status == 400, "\(query)")
            }
        }
    }

    @Test func anAccountSeesItsOwnLedgerAlone() async throws {
        try await with { auditor in
            let entries = try await auditor.optIn(3)
            _ = try await auditor.trees.grow(limit: 100)
            let other = AccountID()
            let empty = try await auditor.checkpoint(as: other)
            #expect(empty == Checkpoint(origin: "shop.example/consent/\(other)", size: 0, root: .empty))
            let foreign = try await auditor.caller.call(
                "GET /v1/consent/proof/inclusion/{entry_id}", ["entry_id": entries[0].id.description], as: other)
            #expect(foreign.status == 404)
            #expect(try await auditor.caller.call("GET /v1/consent/entries", as: other).body["data"]?.array == [])
        }
    }

    @Test func theHistoryIsReadInPages() async throws {
        try await with { auditor in
            let entries = try await auditor.optIn(7)
            _ = try await auditor.trees.grow(limit: 100)
            _ = try await auditor.optIn(1)
            var ids: [String] = []
            var query: String? = "limit=3"
            var verification = HistoryVerification(checkpoint: try await auditor.checkpoint())
            while let next = query {
                let page = try await auditor.entries(next).body
                for entry in page["data"]?.array ?? [] {
                    ids.append(entry["leaf"]?["entry"]?.string ?? "")
                    verification.read(try JSON.encode(entry))
                }
                query = page["pagination"]?["next_cursor"]?.string.map { "limit=3&cursor=\($0)" }
            }
            // The eighth has no place yet.
            #expect(ids == entries.map(\.id.description))
            #expect(verification.report() == .init(findings: [], proven: 7, forgotten: 0, newer: 0))
            #expect(try await auditor.entries("first=5").body["data"]?.array?.count == 2)
            #expect(try await auditor.entries("first=7").body["data"]?.array == [])
            #expect(try await auditor.entries("first=9223372036854775807").body["data"]?.array == [])
        }
    }
}
