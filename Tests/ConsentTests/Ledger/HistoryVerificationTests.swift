import Foundation
import Schema
import Testing

@testable import Consent

/// What `caravan consent verify` says of histories that were tampered with in a file. (`ConsentTreesTests` does the
/// same to the database.)
@Suite struct HistoryVerificationTests {
    private let account = AccountID()

    /// A history of so many entries, and the tree over it.
    private func history(_ count: Int) throws -> (entries: [ConsentHistoryEntry], checkpoints: [Checkpoint]) {
        var entries: [ConsentHistoryEntry] = []
        var head = MerkleHead()
        var checkpoints = [Checkpoint(origin: "log", size: 0, root: head.root)]
        for index in 0..<count {
            let part = ConsentPersonalPart(person: CustomerID(), address: "+3361234\(1000 + index)")
            let commitment = try ConsentCommitment(to: part)
            let leaf = ConsentLeaf(
                account: account, entry: ConsentEntryID(), kind: "OPT_IN", channel: "sms", purpose: "marketing",
                source: "WEB_FORM", occurredAt: .now(), recordedAt: .now(), commitment: commitment.hash.base64)
            head.append(try leaf.hash())
            entries.append(
                try ConsentHistoryEntry(
                    leafIndex: Int64(index), leafHash: leaf.hash().base64, leaf: leaf, salt: commitment.salt,
                    personal: commitment.personal))
            checkpoints.append(Checkpoint(origin: "log", size: head.size, root: head.root))
        }
        return (entries, checkpoints)
    }

    private func report(
        _ entries: [ConsentHistoryEntry], _ checkpoint: Checkpoint, earlier: [Checkpoint] = []
    ) throws -> HistoryVerification.Report {
        var verification = HistoryVerification(checkpoint: checkpoint, earlier: earlier)
        for entry in entries { verification.read(try JSON.encode(entry)) }
        return verification.report()
    }

    /// The entry with one member of its line replaced.
    private func changed(
        _ entry: ConsentHistoryEntry, _ member: String, _ change: (JSONValue?) -> JSONValue
    ) throws -> ConsentHistoryEntry {
        guard case .object(var line) = try JSON.decode(JSONValue.self, from: try JSON.encode(entry)) else {
            return entry
        }
        line[member] = change(line[member])
        return try JSON.decode(from: try JSON.encode(JSONValue.object(line)))
    }

    private func withSource(_ source: String, _ entry: ConsentHistoryEntry) throws -> ConsentHistoryEntry {
        try changed(entry, "leaf") { leaf in
            guard case .object(var members) = leaf else { return .null }
            members["source"] = .string(source)
            return .object(members)
        }
    }

    private func withHash(_ hash: String, _ entry: ConsentHistoryEntry) throws -> ConsentHistoryEntry {
        try changed(entry, "leaf_hash") { _ in .string(hash) }
    }

    @Test(arguments: [0, 1, 2, 7, 8, 33]) func anUntouchedHistoryHasNoFindings(count: Int) throws {
        let (entries, checkpoints) = try history(count)
        let report = try report(entries, checkpoints[count], earlier: checkpoints)
        #expect(report == .init(findings: [], proven: Int64(count), forgotten: 0, newer: 0))
    }

    @Test func whatIsNewerOrForgottenIsNoFinding() throws {
        let (entries, checkpoints) = try history(9)
        let forgotten = try changed(changed(entries[3], "salt") { _ in .null }, "personal") { _ in .null }
        let report = try report(Array(entries[..<3] + [forgotten] + entries[4...]), checkpoints[7])
        #expect(report == .init(findings: [], proven: 7, forgotten: 1, newer: 2))
    }

    @Test func namesTheAlteredEntry() throws {
        let (entries, checkpoints) = try history(9)
        var altered = entries
        altered[4] = try withSource("CHECKOUT", entries[4])
        let found = try report(altered, checkpoints[9])
        #expect(found.findings == [.alteredEntry(leaf: 4, entry: entries[4].entryID)])
        #expect(found.proven == 9)
        altered[4] = try changed(entries[4], "personal") { _ in entries[5].personal ?? .null }
        #expect(
            try report(altered, checkpoints[9]).findings == [.alteredPersonalPart(leaf: 4, entry: entries[4].entryID)])
        // Half a deletion is none.
        altered[4] = try changed(entries[4], "salt") { _ in .null }
        #expect(
            try report(altered, checkpoints[9]).findings == [.alteredPersonalPart(leaf: 4, entry: entries[4].entryID)])
    }

    @Test func tellsAnAlteredHashFromAnAlteredEntry() throws {
        let (entries, checkpoints) = try history(9)
        var altered = entries
        altered[4] = try withHash(MerkleHash(leaf: [1]).base64, entries[4])
        let found = try report(altered, checkpoints[9])
        #expect(found.findings == [.alteredHash(leaf: 4, entry: entries[4].entryID)])
        #expect(found.proven == 9)
    }

    @Test func namesTheRemovedEntry() throws {
        let (entries, checkpoints) = try history(9)
        #expect(try report(Array(entries[..<4] + entries[6...]), checkpoints[9]).findings == [.removed(4...5)])
        // The tree still has its hash.
        var gone = entries
        gone[4] = ConsentHistoryEntry(missing: 4)
        gone[4].leafHash = entries[4].leafHash
        #expect(try report(gone, checkpoints[9]).findings == [.removed(4...4)])
        #expect(try report(gone, checkpoints[9]).proven == 9)
        // The others have moved up, into the places of their predecessors.
        var shifted: [ConsentHistoryEntry] = Array(entries[..<4])
        for index in 4..<8 {
            let moved = try changed(entries[index + 1], "leaf_index") { _ in .number(JSONNumber(index)) }
            shifted.append(try withHash(entries[index].leafHash ?? "", moved))
        }
        var last = ConsentHistoryEntry(missing: 8)
        last.leafHash = entries[8].leafHash
        #expect(try report(shifted + [last], checkpoints[9]).findings == [.removed(4...4)])
    }

    @Test func namesTheReorderedEntries() throws {
        let (entries, checkpoints) = try history(9)
        let ids = entries.map(\.entryID)
        // Two lines of the file.
        var swapped = entries
        swapped.swapAt(2, 6)
        #expect(
            try report(swapped, checkpoints[9]).findings == [
                .reordered(entry: ids[2], leaf: 6, belongs: 2), .reordered(entry: ids[6], leaf: 2, belongs: 6),
            ])
        // Two entries of the database, each in the other's place.
        swapped = entries
        for (place, other) in [(2, 6), (6, 2)] {
            let moved = try changed(entries[other], "leaf_index") { _ in .number(JSONNumber(place)) }
            swapped[place] = try withHash(entries[place].leafHash ?? "", moved)
        }
        let found = try report(swapped, checkpoints[9])
        #expect(
            found.findings == [
                .reordered(entry: ids[2], leaf: 6, belongs: 2), .reordered(entry: ids[6], leaf: 2, belongs: 6),
            ])
        #expect(found.proven == 9)
    }

    @Test func oneEntryThatWasMovedIsOneFinding() throws {
        let (entries, checkpoints) = try history(9)
        let moved = Array(entries[..<2] + entries[3...7] + [entries[2], entries[8]])
        #expect(
            try report(moved, checkpoints[9]).findings == [.reordered(entry: entries[2].entryID, leaf: 7, belongs: 2)])
    }

    @Test func saysWhereAHistoryIsCutOff() throws {
        let (entries, checkpoints) = try history(9)
        let found = try report(Array(entries[..<6]), checkpoints[9], earlier: [checkpoints[5]])
        #expect(found == .init(findings: [.truncated(6...8)], proven: 5, forgotten: 0, newer: 0))
        #expect(try report([], checkpoints[9]).findings == [.truncated(0...8)])
    }

    /// The server signed a shorter tree than before: what it cut off is known from the checkpoint that somebody kept.
    @Test func aLargerCheckpointFromBeforeShowsWhatWasCutOffAndSignedAnew() throws {
        let (entries, checkpoints) = try history(9)
        let found = try report(Array(entries[..<6]), checkpoints[6], earlier: [checkpoints[9], checkpoints[3]])
        #expect(found == .init(findings: [.truncated(6...8)], proven: 6, forgotten: 0, newer: 0))
    }

    @Test func repeatedAndUnreadableLinesAreFindings() throws {
        let (entries, checkpoints) = try history(5)
        var verification = HistoryVerification(checkpoint: checkpoints[5])
        for entry in entries[..<3] { verification.read(try JSON.encode(entry)) }
        verification.read(Array("{}".utf8))
        for entry in entries[2...] { verification.read(try JSON.encode(entry)) }
        #expect(
            verification.report().findings == [.unreadable(line: 4), .repeated(leaf: 2, entry: entries[2].entryID)])
    }

    /// An entry and its hash were changed together: only checkpoints can say between which leaves.
    @Test func narrowsARewritingByEarlierCheckpoints() throws {
        let (entries, checkpoints) = try history(20)
        var rewritten = entries
        let forged = try withSource("CHECKOUT", entries[12])
        rewritten[12] = try withHash(forged.computedHash?.base64 ?? "", forged)
        #expect(try report(rewritten, checkpoints[20]).findings == [.rewritten(0...19)])
        let earlier = [3, 11, 14, 18].map { checkpoints[$0] }
        let found = try report(rewritten, checkpoints[20], earlier: earlier)
        #expect(found == .init(findings: [.rewritten(11...13)], proven: 11, forgotten: 0, newer: 0))
    }

    /// The whole tree was built anew and signed again: only whoever kept an earlier checkpoint notices.
    @Test func anEarlierCheckpointContradictsANewTree() throws {
        let (entries, checkpoints) = try history(9)
        let (_, others) = try history(9)
        let found = try report(entries, checkpoints[9], earlier: [checkpoints[2], others[4], others[6]])
        #expect(found.findings == [.contradicted(size: 4), .contradicted(size: 6)])
    }

    @Test func takesOutAsFewAsPossible() {
        #expect(HistoryVerification.displaced(in: [0, 1, 2]) == [])
        #expect(HistoryVerification.displaced(in: [0, 2, 1, 3]).count == 1)
        #expect(HistoryVerification.displaced(in: [5, 0, 1, 2, 3, 4]) == [0])
        #expect(HistoryVerification.displaced(in: [4, 3, 2, 1, 0]).count == 4)
    }
}
