/// Which statements one connection has prepared, by their text; the least recently used goes when there are too many.
struct StatementCache {
    enum Lookup: Equatable {
        case ready(name: String)
        /// To be prepared under this new name, after deallocating another.
        case prepare(name: String, evicting: String?)
    }

    private struct Entry {
        let name: String
        var lastUse: Int
    }

    private let capacity: Int
    private var entries: [String: Entry] = [:]
    private var uses = 0
    private var namesGiven = 0

    init(capacity: Int = 256) { self.capacity = capacity }

    var count: Int { entries.count }

    /// The caller prepares as told, and calls ``remove(_:)`` if that fails.
    mutating func lookup(_ sql: String) -> Lookup {
        uses += 1
        if let index = entries.index(forKey: sql) {
            entries.values[index].lastUse = uses
            return .ready(name: entries.values[index].name)
        }
        var evicted: String?
        if entries.count >= capacity, let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse }) {
            evicted = oldest.value.name
            entries[oldest.key] = nil
        }
        // Names are never reused: a failed PREPARE leaves nothing that could be mistaken for another statement.
        namesGiven += 1
        let name = "s\(namesGiven)"
        entries[sql] = Entry(name: name, lastUse: uses)
        return .prepare(name: name, evicting: evicted)
    }

    mutating func remove(_ sql: String) {
        entries[sql] = nil
    }

    mutating func removeAll() {
        entries.removeAll()
    }
}
