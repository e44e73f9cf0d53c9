public import FoundationEssentials
public import Schema

/// Where a page of a keyset-paged list begins, as its SQL needs it.
///
/// A list is walked newest first by id (UUIDv7). With `updated_after` it is walked by time of change, oldest first, so
/// that whoever follows the changes meets a row that changes meanwhile again instead of missing it. Both walks are stable
/// under inserts.
public struct PageRequest: Sendable {
    /// Rows of one page; ask the database for one more, to see whether there is a next page.
    public let limit: Int
    /// Newest first: rows with ids below this one.
    public let before: UUID
    /// By time of change, if asked for: rows with `(updated_at, id)` above this pair.
    public let changedAfter: (time: Timestamp, id: UUID)?

    /// Reads `limit` (1 to 100, 50 by default), `after` (the cursor) and `updated_after` (RFC 3339).
    public init(_ request: APIRequest) throws(RequestError) {
        limit = try request.query.integer("limit", in: 1...100, default: 50)
        let start = try request.query.timestamp("updated_after")
        guard let cursor = request.query.string("after") else {
            before = Self.lastID
            changedAfter = start.map { ($0, Self.lastID) }
            return
        }
        // The cursor knows which walk it continues, whether or not the client repeats `updated_after` beside it.
        let fields = try Cursor.decode(cursor, count: 3, parameter: "after")
        guard let walk = Walk(rawValue: fields[0]), let microseconds = Int64(fields[1]),
            let id = UUID(uuidString: fields[2])
        else { throw Cursor.invalid("after") }
        before = id
        changedAfter = walk == .byChange ? (Timestamp(microseconds: microseconds), id) : nil
    }

    private enum Walk: String {
        case newestFirst = "new"
        case byChange = "changed"
    }

    /// Cuts the extra row off and makes the cursor to the next page.
    public func page<Item>(of rows: [Item], id: (Item) -> UUID, updatedAt: (Item) -> Timestamp) -> Page<Item> {
        guard rows.count > limit else { return Page(items: rows, nextCursor: nil) }
        let items = Array(rows.prefix(limit))
        let cursor = items.last.map { last in
            changedAfter == nil ? Self.cursor(before: id(last)) : Self.cursor(.byChange, updatedAt(last), id(last))
        }
        return Page(items: items, nextCursor: cursor)
    }

    /// The cursor to the rows below an id, newest first.
    public static func cursor(before id: UUID) -> String {
        cursor(.newestFirst, Timestamp(microseconds: 0), id)
    }

    private static func cursor(_ walk: Walk, _ time: Timestamp, _ id: UUID) -> String {
        Cursor.encode(fields: [walk.rawValue, "\(time.microseconds)", id.uuidString])
    }

    private static let lastID = UUID(
        uuid: (255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255))
}
