import Crypto

/// Opaque cursors of keyset-paged lists: the sort key of a page's last row, versioned and with a checksum.
///
/// A cursor grants nothing that the list itself does not, so the checksum guards against damage, not against forgery:
/// whoever decodes one still checks the types of its fields.
public enum Cursor {
    /// What a list throws for a cursor that it did not hand out; `parameter` is what its API calls it.
    public static func invalid(_ parameter: String) -> RequestError {
        .invalid(parameter, code: "invalid_cursor", "This is not a cursor of this list.")
    }

    private static let version: UInt8 = 1
    private static let checksumLength = 6

    /// Packs `fields` into URL-safe text.
    public static func encode(fields: [String]) -> String {
        var bytes = [version]
        for field in fields {
            // UTF-8 never holds 0xFF, so it can end a field.
            bytes += field.utf8
            bytes.append(0xff)
        }
        bytes += checksum(bytes)
        return Base64URL.encode(bytes)
    }

    /// Unpacks what ``encode(fields:)`` made of `count` fields.
    ///
    /// - Throws: ``invalid(_:)`` of `parameter` for anything else.
    public static func decode(_ text: String, count: Int, parameter: String) throws(RequestError) -> [String] {
        let invalid = invalid(parameter)
        guard text.utf8.count <= 4_096, let bytes = Base64URL.decode(text), bytes.count > checksumLength else {
            throw invalid
        }
        let content = Array(bytes.dropLast(checksumLength))
        guard content.first == version, checksum(content) == Array(bytes.suffix(checksumLength)) else { throw invalid }
        let parts = content.dropFirst().split(separator: 0xff, omittingEmptySubsequences: false).dropLast()
        let fields = parts.compactMap { part in part.contains(0) ? nil : String(validating: part, as: UTF8.self) }
        guard fields.count == parts.count, fields.count == count else { throw invalid }
        return fields
    }

    private static func checksum(_ bytes: [UInt8]) -> [UInt8] {
        Array(SHA256.hash(data: bytes).prefix(checksumLength))
    }
}

/// One page of a list.
public struct Page<Item: Sendable>: Sendable {
    public var items: [Item]
    /// Where the next page begins; nil on the last page.
    public var nextCursor: String?

    /// Whether there is another page.
    public var hasMore: Bool { nextCursor != nil }

    /// Makes a page; without a cursor it is the last one.
    public init(items: [Item], nextCursor: String?) {
        self.items = items
        self.nextCursor = nextCursor
    }

    /// The same page of other items.
    public func map<Other: Sendable>(_ transform: (Item) throws -> Other) rethrows -> Page<Other> {
        Page<Other>(items: try items.map(transform), nextCursor: nextCursor)
    }
}
