/// Knows a position at or below which no unpublished row can appear any more, so that a read need not start at the
/// beginning of the journal.
///
/// A mark says: when transaction `xid` began, `position` had been handed out. Rows of later transactions lie above it,
/// as a row draws its position after its transaction got its id. Once all transactions up to `xid` are visible in a
/// published snapshot, only such rows are left. The highest position *seen* would not do: a transaction that still
/// runs may have drawn a lower one.
struct Horizon {
    private var marks: [(xid: UInt64, position: Int64)] = []
    /// While one old transaction runs, no mark takes effect; more than this many are not worth their memory.
    private static let limit = 1000

    mutating func mark(xid: UInt64, position: Int64) {
        guard marks.count < Self.limit, position > marks.last?.position ?? 0 else { return }
        marks.append((xid, position))
    }

    /// The best mark that holds now that `snapshot` is published; it and its predecessors are used up.
    mutating func advance(to snapshot: TransactionSnapshot) -> Int64? {
        guard let last = marks.lastIndex(where: { $0.xid < snapshot.xmin }) else { return nil }
        defer { marks.removeFirst(last + 1) }
        return marks[last].position
    }
}
