public import FoundationEssentials

/// What an ``ID`` can identify. The prefix shows in the text of its ids.
public protocol Identified {
    /// One to 63 characters `a…z` and `_`, for example `ord`.
    static var idPrefix: String { get }
}

/// The id of a `Subject`: a UUIDv7 inside, a TypeID such as `ord_01j9z3k5v8e9rt2y4bqk0m6x7c` outside.
///
/// Ids made later in one process are greater. The order of ids is the order of their texts.
public struct ID<Subject: Identified>: Hashable, Sendable {
    /// The id as Postgres keeps it.
    public let uuid: UUID

    /// Makes a new id (UUIDv7).
    public init() {
        uuid = UUIDv7.next()
    }

    /// Wraps a known id.
    public init(uuid: UUID) {
        self.uuid = uuid
    }

    /// Reads a TypeID. Nil when the prefix is not the subject's or the rest is not 26 characters of base32.
    public init?(_ text: String) {
        var text = text
        let uuid: UUID? = text.withUTF8 { utf8 in
            let prefixCount = utf8.count - Base32.encodedCount - 1
            guard prefixCount >= 0, utf8[prefixCount] == UInt8(ascii: "_"),
                utf8[..<prefixCount].elementsEqual(Subject.idPrefix.utf8),
                let words = Base32.decode(UnsafeBufferPointer(rebasing: utf8[(prefixCount + 1)...]))
            else { return nil }
            return UUID(high: words.high, low: words.low)
        }
        guard let uuid else { return nil }
        self.uuid = uuid
    }
}

extension ID: CustomStringConvertible {
    /// The TypeID, as all APIs and events show it.
    public var description: String {
        let words = uuid.words
        let prefix = Subject.idPrefix.utf8
        return String(unsafeUninitializedCapacity: prefix.count + 1 + Base32.encodedCount) { buffer in
            var count = 0
            for byte in prefix {
                buffer[count] = byte
                count += 1
            }
            buffer[count] = UInt8(ascii: "_")
            count += 1
            Base32.encode(
                high: words.high, low: words.low, into: UnsafeMutableBufferPointer(rebasing: buffer[count...]))
            return count + Base32.encodedCount
        }
    }
}

extension ID: Comparable {
    public static func < (left: ID, right: ID) -> Bool {
        left.uuid.words < right.uuid.words
    }
}

extension ID: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let id = ID(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "expected an id that starts with \(Subject.idPrefix)_")
        }
        self = id
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
