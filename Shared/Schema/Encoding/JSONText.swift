import FoundationEssentials

/// JSON text in the making, shared by the encoders of a value and of all that is inside it.
///
/// Values are written one after another. The members of an object come in the order in which its type names them; each is
/// noted with its place, and the object is put together in the order of its keys once the last one is there.
final class JSONText {
    /// Where a member or an element begins: `"key":value`, or the value alone in an array.
    struct Place {
        private let offset: Int32
        private let length: Int32

        fileprivate init(start: Int, keyCount: Int = 0) {
            offset = Int32(start)
            length = Int32(keyCount)
        }

        fileprivate var start: Int { Int(offset) }
        /// With its quotation marks; 0 in an array.
        fileprivate var keyCount: Int { Int(length) }
    }

    private struct Entry {
        let place: Place
        let end: Int32
        /// The number of the nested container that is the value, which is written elsewhere; else negative.
        let nested: Int32

        init(_ place: Place, end: Int, nested: Int = -1) {
            self.place = place
            self.end = Int32(end)
            self.nested = Int32(nested)
        }
    }

    private struct State {
        var bytes: [UInt8] = []
        /// Those of the innermost container are the last.
        var entries: [Entry] = []
        var nested: [JSONValueEncoder] = []
        var scratch: [UInt8] = []
        var spares: [JSONValueEncoder] = []
    }

    // Behind a pointer, because a class checks each access to its own properties at run time, of which there would be ten
    // for each member. Nobody but this class sees it, and it calls nobody while it has it.
    private let state: UnsafeMutablePointer<State>

    init() {
        state = .allocate(capacity: 1)
        state.initialize(to: State())
        // Enough for most, and not more than malloc keeps at hand in each thread, which is 1 KiB.
        state.pointee.bytes.reserveCapacity(960)
        state.pointee.scratch.reserveCapacity(960)
        state.pointee.entries.reserveCapacity(48)
    }

    deinit {
        state.deinitialize(count: 1)
        state.deallocate()
    }

    var bytes: [UInt8] { state.pointee.bytes }
    var count: Int { state.pointee.bytes.count }
    var entryCount: Int { state.pointee.entries.count }

    // MARK: Scalars

    func write(verbatim text: StaticString) {
        state.pointee.bytes.append(
            contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    func write(number text: String) { state.pointee.bytes.append(contentsOf: text.utf8) }

    func write(_ text: String) { Self.append(text, to: &state.pointee.bytes) }

    // MARK: Members and elements

    /// Begins a member: its value is to be written next.
    func begin(_ key: String) -> Place {
        let start = state.pointee.bytes.count
        Self.append(key, to: &state.pointee.bytes)
        let place = Place(start: start, keyCount: state.pointee.bytes.count - start)
        state.pointee.bytes.append(UInt8(ascii: ":"))
        return place
    }

    /// Begins an element.
    func begin() -> Place { Place(start: state.pointee.bytes.count) }

    func end(_ place: Place) {
        state.pointee.entries.append(Entry(place, end: state.pointee.bytes.count))
    }

    /// Ends what has its value elsewhere, where it may go on while others are written here.
    func end(_ place: Place, with encoder: JSONValueEncoder) {
        let number = state.pointee.nested.count
        state.pointee.nested.append(encoder)
        state.pointee.entries.append(Entry(place, end: state.pointee.bytes.count, nested: number))
    }

    /// Forgets what has been written since, of a value that failed.
    func rewind(to place: Place, entries count: Int) { rewind(to: place.start, entries: count) }

    private func rewind(to start: Int, entries count: Int) {
        state.pointee.bytes.removeLast(state.pointee.bytes.count - start)
        state.pointee.entries.removeLast(state.pointee.entries.count - count)
    }

    // MARK: Containers

    /// Puts the entries since `first` together, which were written since `start`.
    func assembleObject(from start: Int, entries first: Int) throws {
        sortEntries(from: first)
        state.pointee.scratch.removeAll(keepingCapacity: true)
        state.pointee.scratch.append(UInt8(ascii: "{"))
        let count = entryCount
        for index in first..<count {
            // Of a key that was written twice the last value counts.
            if index + 1 < count, isSameKey(index, index + 1) { continue }
            try appendEntry(index)
        }
        close(UInt8(ascii: "}"), from: start, entries: first)
    }

    func assembleArray(from start: Int, entries first: Int) throws {
        state.pointee.scratch.removeAll(keepingCapacity: true)
        state.pointee.scratch.append(UInt8(ascii: "["))
        for index in first..<entryCount { try appendEntry(index) }
        close(UInt8(ascii: "]"), from: start, entries: first)
    }

    /// By the bytes of their keys, those of one key in the order in which they were written.
    private func sortEntries(from first: Int) {
        state.pointee.bytes.withUnsafeBufferPointer { bytes in
            // In place: a slice would be a copy.
            state.pointee.entries.withUnsafeMutableBufferPointer { entries in
                var members = UnsafeMutableBufferPointer(rebasing: entries[first...])
                members.sort { Self.comesBefore($0.place, $1.place, in: bytes) }
            }
        }
    }

    private static func comesBefore(_ left: Place, _ right: Place, in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        // Without the quotation marks: a key comes before those that it begins.
        for offset in 1..<max(1, min(left.keyCount, right.keyCount) - 1) {
            let (a, b) = (bytes[left.start + offset], bytes[right.start + offset])
            if a != b { return a < b }
        }
        return (left.keyCount, left.start) < (right.keyCount, right.start)
    }

    private func isSameKey(_ left: Int, _ right: Int) -> Bool {
        let (left, right) = (state.pointee.entries[left].place, state.pointee.entries[right].place)
        guard left.keyCount == right.keyCount else { return false }
        return (0..<left.keyCount).allSatisfy { offset in
            state.pointee.bytes[left.start + offset] == state.pointee.bytes[right.start + offset]
        }
    }

    private func appendEntry(_ index: Int) throws {
        let entry = state.pointee.entries[index]
        if state.pointee.scratch.count > 1 { state.pointee.scratch.append(UInt8(ascii: ",")) }
        state.pointee.bytes.withUnsafeBufferPointer { bytes in
            let text = UnsafeBufferPointer(rebasing: bytes[entry.place.start..<Int(entry.end)])
            state.pointee.scratch.append(contentsOf: text)
        }
        if entry.nested >= 0 {
            let nested = try state.pointee.nested[Int(entry.nested)].finished()
            state.pointee.scratch.append(contentsOf: nested)
        }
    }

    private func close(_ bracket: UInt8, from start: Int, entries first: Int) {
        state.pointee.scratch.append(bracket)
        rewind(to: start, entries: first)
        state.pointee.bytes.append(contentsOf: state.pointee.scratch)
    }

    // MARK: Encoders

    /// An encoder for a value inside another one; to be given back by ``recycle(_:)``.
    func encoder(in parent: JSONValueEncoder, at key: any CodingKey) -> JSONValueEncoder {
        let encoder = state.pointee.spares.popLast() ?? JSONValueEncoder(self)
        encoder.begin(in: parent, at: key)
        return encoder
    }

    /// Most values let go of their encoder, so that the next one can have it.
    func recycle(_ encoder: inout JSONValueEncoder) {
        if isKnownUniquelyReferenced(&encoder) { state.pointee.spares.append(encoder) }
    }

    /// Lets go of the encoders, which hold this text.
    func end() {
        for encoder in state.pointee.nested { encoder.text.end() }
        state.pointee.spares = []
        state.pointee.nested = []
    }

    // MARK: Strings

    private static func append(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { utf8 in
            // What must be escaped is rare: as a rule all bytes go over at once.
            var start = 0
            var index = 0
            while index < utf8.count {
                let byte = utf8[index]
                if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                    bytes.append(contentsOf: UnsafeBufferPointer(rebasing: utf8[start..<index]))
                    escape(byte, to: &bytes)
                    start = index + 1
                }
                index += 1
            }
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: utf8[start...]))
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func escape(_ byte: UInt8, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case 0x08: bytes.append(UInt8(ascii: "b"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        case 0x0A: bytes.append(UInt8(ascii: "n"))
        case 0x0C: bytes.append(UInt8(ascii: "f"))
        case 0x0D: bytes.append(UInt8(ascii: "r"))
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
        default:
            bytes.append(contentsOf: "u00".utf8)
            bytes.append(byte < 0x10 ? UInt8(ascii: "0") : UInt8(ascii: "1"))
            bytes.append(contentsOf: String(byte & 15, radix: 16).utf8)
        }
    }
}
