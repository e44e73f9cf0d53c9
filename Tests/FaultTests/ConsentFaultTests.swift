import Consent
import Foundation
import Schema
import TestKit
import Testing

/// Numbers opt in and out while the consent service is killed again and again in the middle of it and of building its
/// trees; afterwards every acknowledged change is in the tree once, and no two checkpoints contradict each other.
@Suite(.serialized) struct ConsentFaultTests {
    @Test(.timeLimit(.minutes(5))) func noAcknowledgedConsentIsLost() async throws {
        let seed =
            ProcessInfo.processInfo.environment["CARAVAN_FAULT_SEED"].flatMap(UInt64.init) ?? .random(in: 0...99_999)
        print("consent fault tests: CARAVAN_FAULT_SEED=\(seed) repeats this run")
        // Trees are built all the time, so that a kill hits it.
        let stack = try await RunningStack.start(replicas: 2, environment: ["CARAVAN_LEDGER_INTERVAL_MS": "10"])
        do {
            try await run(stack, seed: seed)
        } catch {
            Issue.record(error, "seed \(seed); logs are in \(stack.directory)")
        }
        await stack.stop()
    }

    private func run(_ stack: RunningStack, seed: UInt64) async throws {
        let client = APIClient(baseURL: stack.baseURL, authorization: nil)
        let key = try await stack.keys()["noticia"] ?? ""
        let subscribers = (0..<3).map { number in
            Subscriber(prefix: "+33612\(number + 3)0", client: client, key: key, seed: seed &+ UInt64(number))
        }
        let work = Task {
            let pace = Pace(perSecond: 60)
            try await withThrowingTaskGroup { group in
                for subscriber in subscribers {
                    group.addTask { try await subscriber.run(maximum: 900, pace: pace) }
                }
                try await group.waitForAll()
            }
        }
        var generator = SeededGenerator(seed: seed)
        var faults: [Fault] = [.restartPostgres, .loseBroker]
        for replica in [0, 1, 0, 1, 0, 1] { faults.append(.killService(.consent, replica: replica)) }
        for fault in faults.shuffled(using: &generator) {
            print("consent fault tests: \(fault)")
            try await fault.inject(into: stack) {}
            try await progress(of: subscribers, by: 20)
        }
        for subscriber in subscribers { await subscriber.stop() }
        try await work.value
        var acknowledged: [String: Int] = [:]
        for subscriber in subscribers {
            // Named, so that a failure shows them.
            let complaints = await subscriber.complaints
            #expect(complaints == [])
            acknowledged.merge(await subscriber.acknowledged) { $0 + $1 }
        }
        print("consent fault tests: \(acknowledged.values.reduce(0, +)) changes were acknowledged")
        #expect(acknowledged.count > 100)
        let ledger = AuditedLedger(client: client, key: key)
        let keys = try await ledger.keys()
        let (history, checkpoint) = try await ledger.history(of: acknowledged.values.reduce(0, +), keys)
        try checkHistory(history, checkpoint, acknowledged)
        try await checkInclusion(history, checkpoint, ledger)
        try await checkCheckpoints(checkpoint, keys, stack, ledger)
    }

    /// Waits until the subscribers have been acknowledged so many more changes.
    private func progress(of subscribers: [Subscriber], by count: Int) async throws {
        func total() async -> Int {
            var total = 0
            for subscriber in subscribers { total += await subscriber.count }
            return total
        }
        let start = await total()
        try await eventually(timeout: .seconds(60), "\(count) more changes or a complaint") {
            for subscriber in subscribers where await !subscriber.complaints.isEmpty { return true }
            return await total() >= start + count
        }
        for subscriber in subscribers { try #require(await subscriber.complaints == []) }
    }

    /// The tree holds what was acknowledged, each once, and nothing else; and it is what was signed.
    private func checkHistory(
        _ history: [JSONValue], _ checkpoint: Checkpoint, _ acknowledged: [String: Int]
    ) throws {
        var verification = HistoryVerification(checkpoint: checkpoint)
        var recorded: [String: Int] = [:]
        for entry in history {
            verification.read(try JSON.encode(entry))
            recorded[entry["personal"]?["address"]?.string ?? "", default: 0] += 1
        }
        let report = verification.report()
        #expect(report.findings == [])
        #expect(report.proven == checkpoint.size)
        #expect(recorded == acknowledged)
        #expect(Set(history.compactMap { $0["leaf"]?["entry"]?.string }).count == history.count)
    }

    /// The server proves of every leaf that it is in the tree.
    private func checkInclusion(
        _ history: [JSONValue], _ checkpoint: Checkpoint, _ ledger: AuditedLedger
    ) async throws {
        for (index, entry) in history.enumerated() {
            let id = try #require(entry["leaf"]?["entry"]?.string)
            let proof = try await ledger.json("/v1/consent/proof/inclusion/\(id)?tree_size=\(checkpoint.size)")
            let hash = try #require(proof["leaf_hash"]?.string.flatMap { MerkleHash(base64: $0) })
            #expect(proof["leaf_index"]?.integer == Int64(index))
            #expect(hash.base64 == entry["leaf_hash"]?.string)
            #expect(
                MerkleProof.verifiesInclusion(
                    of: hash, at: Int64(index), size: checkpoint.size, root: checkpoint.root,
                    try AuditedLedger.hashes(proof)),
                "\(id)")
        }
    }

    /// All checkpoints that were ever published continue one another and end in the last.
    private func checkCheckpoints(
        _ last: Checkpoint, _ keys: [NoteVerifier], _ stack: RunningStack, _ ledger: AuditedLedger
    ) async throws {
        var signed: [Checkpoint] = []
        try await eventually(timeout: .seconds(60), "the last checkpoint is published") {
            let log = try await EventLog.read(.consentEvents, from: stack.kafka)
            let events = log.events.values.flatMap { $0 }.filter { $0.type == ConsentCheckpointSigned.type }
            let subject = try #require(events.first).subject
            #expect(!log.disordered.contains(subject))
            guard log.isComplete(subject) else { return false }
            signed = try events.sorted { $0.sequence < $1.sequence }.map { event in
                try Checkpoint(note: try event.decode(ConsentCheckpointSigned.self).checkpoint, signedBy: keys)
            }
            return signed.last == last
        }
        #expect(signed.count > 20)
        for (first, second) in zip(signed, signed.dropFirst()) {
            #expect(first.size < second.size)
            #expect(try await ledger.proves(first, continuedBy: second))
            #expect(try await ledger.proves(first, continuedBy: last))
        }
    }
}

/// The ledger as an auditor reads it over HTTP.
private struct AuditedLedger {
    let client: APIClient
    let key: String

    func json(_ path: String) async throws -> JSONValue { try await reply(path).json }

    func keys() async throws -> [NoteVerifier] {
        try await reply("/v1/consent/keys").text.split(separator: "\n").compactMap { NoteVerifier(text: String($0)) }
    }

    /// The whole history, once the tree has at least so many leaves, and what is signed of it.
    func history(of count: Int, _ keys: [NoteVerifier]) async throws -> ([JSONValue], Checkpoint) {
        var checkpoint: Checkpoint?
        try await eventually(timeout: .seconds(60), "all entries are in the tree") {
            checkpoint = try Checkpoint(note: try await reply("/v1/consent/checkpoint").text, signedBy: keys)
            return checkpoint?.size ?? 0 >= count
        }
        var history: [JSONValue] = []
        var cursor: String? = ""
        while let next = cursor {
            let page = try await json("/v1/consent/entries?limit=1000" + (next.isEmpty ? "" : "&cursor=\(next)"))
            history += page["data"]?.array ?? []
            cursor = page["pagination"]?["next_cursor"]?.string
        }
        return (history, try #require(checkpoint))
    }

    /// Whether the server proves that the second tree begins with the first.
    func proves(_ first: Checkpoint, continuedBy second: Checkpoint) async throws -> Bool {
        let path = "/v1/consent/proof/consistency?first=\(first.size)&second=\(second.size)"
        let proof = try Self.hashes(try await json(path))
        return MerkleProof.verifiesConsistency(
            from: (first.size, first.root), to: (second.size, second.root), proof)
    }

    static func hashes(_ proof: JSONValue) throws -> [MerkleHash] {
        try (proof["proof"]?.array ?? []).map { try #require($0.string.flatMap { MerkleHash(base64: $0) }) }
    }

    private func reply(_ path: String) async throws -> APIClient.Reply {
        let reply = try await client.send("GET", path, headers: ["x-api-key": key])
        try #require(reply.status == 200, "\(path): \(reply.text)")
        return reply
    }
}
