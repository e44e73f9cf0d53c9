public import Schema

/// Something in a consent history that can't be as it was when it was signed.
public enum HistoryFinding: Hashable, Sendable {
    /// A line is no entry.
    case unreadable(line: Int)
    /// What an entry says is not what was signed.
    case alteredEntry(leaf: Int64, entry: ConsentEntryID?)
    /// An entry's personal part is not the one that it committed to.
    case alteredPersonalPart(leaf: Int64, entry: ConsentEntryID?)
    /// The entry is as it was, but the hash that the database keeps of it is not.
    case alteredHash(leaf: Int64, entry: ConsentEntryID?)
    /// Entries are gone from the middle.
    case removed(ClosedRange<Int64>)
    /// An entry stands among others than those between which it was signed.
    case reordered(entry: ConsentEntryID?, leaf: Int64, belongs: Int64)
    /// An entry comes once more.
    case repeated(leaf: Int64, entry: ConsentEntryID?)
    /// Entries are gone from the end.
    case truncated(ClosedRange<Int64>)
    /// Entries were altered together with their hashes: somewhere among these. Earlier checkpoints narrow the range.
    case rewritten(ClosedRange<Int64>)
    /// A checkpoint of so many leaves doesn't fit a later one that the history fulfils: two histories have been signed.
    case contradicted(size: Int64)
}

extension HistoryFinding: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unreadable(let line): "line \(line) is no entry"
        case .alteredEntry(let leaf, let entry): "altered: \(Self.name(leaf, entry)) is not what was signed"
        case .alteredPersonalPart(let leaf, let entry):
            "altered: the personal part of \(Self.name(leaf, entry)) is not the one it committed to"
        case .alteredHash(let leaf, let entry):
            "altered: the stored hash of \(Self.name(leaf, entry)); the entry itself is as it was signed"
        case .removed(let leaves): "removed: \(Self.names(leaves))"
        case .reordered(let entry, let leaf, let belongs):
            "reordered: \(Self.name(belongs, entry)) stands in the place of leaf \(leaf)"
        case .repeated(let leaf, let entry): "repeated: \(Self.name(leaf, entry)) is there more than once"
        case .truncated(let leaves): "truncated: \(Self.names(leaves)), the end of the history"
        case .rewritten(let leaves):
            "rewritten: entries were altered together with their hashes, among \(Self.names(leaves))"
        case .contradicted(let size):
            "contradicted: the checkpoint of \(size) leaves was signed for another history than the later one"
        }
    }

    private static func name(_ leaf: Int64, _ entry: ConsentEntryID?) -> String {
        entry.map { "leaf \(leaf) (\($0))" } ?? "leaf \(leaf)"
    }

    private static func names(_ leaves: ClosedRange<Int64>) -> String {
        leaves.count == 1 ? "leaf \(leaves.lowerBound)" : "leaves \(leaves.lowerBound) to \(leaves.upperBound)"
    }
}
