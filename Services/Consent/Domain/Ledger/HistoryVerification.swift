import Schema

/// Checks a consent history against signed checkpoints, with nothing else: give it each line, then ask for the report.
///
/// The history says of each place what stands there and which hash the tree has of it. The checkpoint proves the
/// hashes, the hashes prove the entries; an entry that has another hash is looked for elsewhere in the tree.
public struct HistoryVerification {
    /// What came out.
    public struct Report: Equatable, Sendable {
        /// Empty if the history is the one that was signed, whole and in order.
        public let findings: [HistoryFinding]
        /// How many of the first leaves are proven by a checkpoint to have the hashes that the history says.
        public let proven: Int64
        /// How many entries have had their personal part deleted.
        public let forgotten: Int64
        /// How many entries are newer than the checkpoint, which says nothing of them.
        public let newer: Int64
    }

    /// What the history has in one place.
    private struct Place {
        /// The hash that the history says the tree has.
        var stated: MerkleHash?
        /// The hash of the entry that stands there.
        var computed: MerkleHash?
        var hash: MerkleHash? { stated ?? computed }
    }

    /// An entry as it comes in the history.
    private struct Line {
        let leaf: Int64
        let entry: ConsentEntryID?
        /// Its place in the tree, as soon as it is known.
        var belongs: Int64?
    }

    private let checkpoints: [Checkpoint]
    /// How many leaves were signed, at most.
    public let size: Int64
    private var places: [Place]
    private var isSeen: [Bool]
    private var lines: [Line] = []
    private var findings: [HistoryFinding] = []
    private var lineNumber = 0
    private var forgotten: Int64 = 0
    private var newer: Int64 = 0

    /// - Parameters:
    ///   - checkpoint: What the history must fulfil; its signature has been checked.
    ///   - earlier: Checkpoints of the same log from before. One with more leaves proves that the log was cut off since.
    public init(checkpoint: Checkpoint, earlier: [Checkpoint] = []) {
        checkpoints = (earlier + [checkpoint]).sorted { $0.size < $1.size }
        size = checkpoints.last?.size ?? 0
        places = []
        isSeen = []
    }

    /// Takes the next line.
    public mutating func read(_ line: [UInt8]) {
        lineNumber += 1
        guard let entry: ConsentHistoryEntry = try? JSON.decode(from: line), entry.leafIndex >= 0 else {
            findings.append(.unreadable(line: lineNumber))
            return
        }
        read(entry)
    }

    private mutating func read(_ entry: ConsentHistoryEntry) {
        guard entry.leafIndex < size else {
            newer += 1
            return
        }
        let index = Int(entry.leafIndex)
        if index >= places.count {
            let missing = index + 1 - places.count
            places += Array(repeating: Place(), count: missing)
            isSeen += Array(repeating: false, count: missing)
        }
        guard !isSeen[index] else {
            findings.append(.repeated(leaf: entry.leafIndex, entry: entry.entryID))
            return
        }
        let place = Place(
            stated: entry.leafHash.flatMap { MerkleHash(base64: $0) }, computed: entry.computedHash)
        places[index] = place
        guard let computed = place.computed else { return }
        isSeen[index] = true
        if entry.isForgotten { forgotten += 1 }
        if !entry.keepsCommitment {
            findings.append(.alteredPersonalPart(leaf: entry.leafIndex, entry: entry.entryID))
        }
        let isInPlace = computed == place.hash
        lines.append(
            Line(leaf: entry.leafIndex, entry: entry.entryID, belongs: isInPlace ? entry.leafIndex : nil))
    }

    /// What came out, once all lines were read.
    public mutating func report() -> Report {
        var proven = provenLeaves(\.hash)
        if proven < size, places.contains(where: { $0.stated != $0.computed }) {
            // Perhaps it is the stored hashes that were altered, and the entries are what was signed.
            let byEntries = provenLeaves { $0.computed ?? $0.stated }
            if byEntries > proven {
                proven = byEntries
                takeEntriesAtTheirWord(below: byEntries)
            }
        }
        findPlaces()
        findAbsences()
        findRewriting(proven)
        return Report(
            findings: findings.sorted { $0.order < $1.order }, proven: proven, forgotten: forgotten, newer: newer)
    }

    /// The leaves of the largest checkpoint that the hashes fulfil.
    private func provenLeaves(_ hash: (Place) -> MerkleHash?) -> Int64 {
        var proven: Int64 = 0
        var head = MerkleHead()
        for checkpoint in checkpoints {
            while head.size < checkpoint.size, head.size < places.count, let next = hash(places[Int(head.size)]) {
                head.append(next)
            }
            guard head.size == checkpoint.size else { break }
            if head.root == checkpoint.root { proven = checkpoint.size }
        }
        return proven
    }

    /// The entries are proven, so that every hash that differs from its entry's was altered.
    private mutating func takeEntriesAtTheirWord(below end: Int64) {
        for index in lines.indices where lines[index].belongs == nil && lines[index].leaf < end {
            let line = lines[index]
            findings.append(.alteredHash(leaf: line.leaf, entry: line.entry))
            places[Int(line.leaf)].stated = places[Int(line.leaf)].computed
            lines[index].belongs = line.leaf
        }
    }

    /// Where the entries belong that don't have the hash of their place, and which of all stand out of order.
    private mutating func findPlaces() {
        var wanted: [MerkleHash: [Int]] = [:]
        for index in lines.indices where lines[index].belongs == nil {
            if let hash = places[Int(lines[index].leaf)].computed { wanted[hash, default: []].append(index) }
        }
        if !wanted.isEmpty {
            for (leaf, place) in places.enumerated() where place.stated != place.computed {
                guard let stated = place.stated, let index = wanted[stated]?.popLast() else { continue }
                lines[index].belongs = Int64(leaf)
            }
        }
        for index in lines.indices where lines[index].belongs == nil {
            findings.append(.alteredEntry(leaf: lines[index].leaf, entry: lines[index].entry))
            lines[index].belongs = lines[index].leaf
        }
        let order = lines.compactMap(\.belongs)
        let displaced = Self.displaced(in: order)
        guard !displaced.isEmpty else { return }
        let sorted = order.sorted()
        for index in displaced {
            findings.append(.reordered(entry: lines[index].entry, leaf: sorted[index], belongs: order[index]))
        }
    }

    /// The places that no entry belongs to.
    private mutating func findAbsences() {
        var isTaken = [Bool](repeating: false, count: places.count)
        for line in lines { if let place = line.belongs { isTaken[Int(place)] = true } }
        let end = isTaken.lastIndex(of: true).map { $0 + 1 } ?? 0
        var start: Int64?
        for (index, taken) in isTaken[..<end].enumerated() {
            if taken, let first = start {
                findings.append(.removed(first...Int64(index) - 1))
                start = nil
            } else if !taken, start == nil {
                start = Int64(index)
            }
        }
        if Int64(end) < size { findings.append(.truncated(Int64(end)...size - 1)) }
    }

    /// Which leaves have hashes that no checkpoint proves though all are there, and checkpoints that contradict each
    /// other.
    private mutating func findRewriting(_ proven: Int64) {
        var head = MerkleHead()
        for checkpoint in checkpoints {
            while head.size < checkpoint.size, head.size < places.count, let next = places[Int(head.size)].hash {
                head.append(next)
            }
            guard head.size == checkpoint.size else { return }
            guard head.root != checkpoint.root else { continue }
            if checkpoint.size <= proven {
                findings.append(.contradicted(size: checkpoint.size))
            } else if checkpoint.size > proven {
                findings.append(.rewritten(proven...checkpoint.size - 1))
                return
            }
        }
    }

    /// The fewest elements to take out so that the rest rises: what is not in a longest rising subsequence (patience
    /// sorting).
    static func displaced(in order: [Int64]) -> [Int] {
        guard zip(order, order.dropFirst()).contains(where: { $0 > $1 }) else { return [] }
        var tails: [Int] = []
        var previous = [Int?](repeating: nil, count: order.count)
        for (index, value) in order.enumerated() {
            let pile = tails.partitioningIndex { order[$0] >= value }
            previous[index] = pile > 0 ? tails[pile - 1] : nil
            if pile == tails.count { tails.append(index) } else { tails[pile] = index }
        }
        var isKept = [Bool](repeating: false, count: order.count)
        var next = tails.last
        while let index = next {
            isKept[index] = true
            next = previous[index]
        }
        return order.indices.filter { !isKept[$0] }
    }
}

extension Array {
    /// The first index whose element fulfils a condition that holds for all that follow.
    fileprivate func partitioningIndex(_ isSecond: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if isSecond(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

extension HistoryFinding {
    /// Findings are told in the order of the leaves.
    fileprivate var order: Int64 {
        switch self {
        case .unreadable: -1
        case .alteredEntry(let leaf, _), .alteredPersonalPart(let leaf, _), .alteredHash(let leaf, _),
            .repeated(let leaf, _):
            leaf
        case .removed(let leaves), .truncated(let leaves), .rewritten(let leaves): leaves.lowerBound
        case .reordered(_, _, let belongs): belongs
        case .contradicted(let size): size
        }
    }
}
