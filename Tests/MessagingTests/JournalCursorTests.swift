import Testing

@testable import Messaging

/// A model of what Postgres does with transactions, positions and snapshots.
private struct ModelJournal {
    struct Row {
        let xid: UInt64
        let position: Int64
    }

    var nextXID: UInt64 = 10
    var lastPosition: Int64 = 0
    var running: Set<UInt64> = []
    var aborted: Set<UInt64> = []
    var rows: [Row] = []

    mutating func begin() -> UInt64 {
        defer { nextXID += 1 }
        running.insert(nextXID)
        return nextXID
    }

    mutating func insert(in xid: UInt64) {
        lastPosition += 1
        rows.append(Row(xid: xid, position: lastPosition))
    }

    /// xmax is where the last ended transaction was, not where the next one will be, as in Postgres.
    var snapshot: TransactionSnapshot {
        let lastEnded = (10..<nextXID).last { !running.contains($0) }
        let xmax = (lastEnded ?? 9) + 1
        let open = running.filter { $0 < xmax }.sorted()
        return TransactionSnapshot("\(open.first ?? xmax):\(xmax):" + open.map(String.init).joined(separator: ","))
            ?? .empty
    }

    func read(after cursor: JournalCursor, limit: Int) -> [Row] {
        let published = visibility(in: cursor.published)
        let reading = visibility(in: cursor.reading ?? snapshot)
        return Array(
            rows.lazy.filter { row in
                row.position > cursor.position && !published(row.xid) && reading(row.xid)
                    && !running.contains(row.xid) && !aborted.contains(row.xid)
            }.prefix(limit))
    }

    private func visibility(in snapshot: TransactionSnapshot) -> (UInt64) -> Bool {
        let open = Set(
            snapshot.text.split(separator: ":").dropFirst(2).joined().split(separator: ",").map { UInt64($0) })
        return { $0 < snapshot.xmax && !open.contains($0) }
    }
}

@Suite struct JournalCursorTests {
    @Test(
        "Whatever transactions do, every committed row is read once, and the floor passes no other", arguments: 0..<40)
    func everyRowOnce(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        var journal = ModelJournal()
        var cursor = JournalCursor()
        var horizon = Horizon()
        var published: [Int64] = []
        var isEnding = false

        func relay(_ journal: inout ModelJournal) -> Bool {
            let (snapshot, handedOut) = (journal.snapshot, journal.lastPosition)
            let rows = journal.read(after: cursor, limit: 3)
            published += rows.map(\.position)
            cursor.advance(
                past: rows.last?.position, isComplete: rows.count < 3, snapshot: snapshot, horizon: &horizon)
            guard !rows.isEmpty else { return false }
            let save = journal.begin()
            // Something else may happen before the cursor is saved.
            if !isEnding, Bool.random(using: &random) { journal.insert(in: journal.begin()) }
            journal.running.remove(save)
            horizon.mark(xid: save, position: handedOut)
            return true
        }

        for _ in 0..<300 {
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<2: _ = journal.begin()
            case 2..<6:
                if let xid = journal.running.sorted().randomElement(using: &random) { journal.insert(in: xid) }
            case 6..<8:
                if let xid = journal.running.sorted().randomElement(using: &random) {
                    journal.running.remove(xid)
                    if Int.random(in: 0..<5, using: &random) == 0 { journal.aborted.insert(xid) }
                }
            default: _ = relay(&journal)
            }
        }
        isEnding = true
        journal.running = []
        while relay(&journal) {}
        while relay(&journal) {}

        let committed = journal.rows.filter { !journal.aborted.contains($0.xid) }.map(\.position)
        #expect(published.sorted() == committed, "seed \(seed)")
        #expect(cursor.floor > 0, "the floor must rise")
    }

    @Test func snapshotText() {
        #expect(TransactionSnapshot("730:735:731,733")?.xmin == 730)
        #expect(TransactionSnapshot("730:735:731,733")?.xmax == 735)
        #expect(TransactionSnapshot("730:735") == nil)
        #expect(TransactionSnapshot("a:b:") == nil)
    }

    @Test("A mark takes effect when all transactions up to it have ended")
    func horizon() throws {
        var horizon = Horizon()
        horizon.mark(xid: 5, position: 50)
        horizon.mark(xid: 8, position: 80)
        let old = try #require(TransactionSnapshot("5:9:5"))
        let new = try #require(TransactionSnapshot("6:12:6"))
        let all = try #require(TransactionSnapshot("12:12:"))
        #expect(horizon.advance(to: old) == nil)
        #expect(horizon.advance(to: new) == 50)
        #expect(horizon.advance(to: all) == 80)
        #expect(horizon.advance(to: all) == nil)
    }
}

/// SplitMix64, so that a failure can be repeated.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
