/// A page of a management list: `{"data": […], "has_more", "next_cursor"}`. The cursor goes into `after`.
public struct ManagementList<Item: Encodable & Sendable>: Encodable, Sendable {
    private let data: [Item]
    private let hasMore: Bool
    @Nullable private var nextCursor: String?

    /// - Parameters:
    ///   - rows: One more than a page, if there are more.
    ///   - key: What identifies a row's place in the list.
    public init<Row>(_ rows: [Row], limit: Int, key: (Row) -> String, _ body: (Row) -> Item) {
        let page = rows.prefix(limit)
        data = page.map(body)
        hasMore = rows.count > limit
        nextCursor = hasMore ? page.last.map { Cursor.encode(fields: [key($0)]) } : nil
    }

    /// A page whose end is known.
    ///
    /// - Parameter next: What identifies the place of its last row; nil if there is no next page.
    public init(_ items: [Item], next: String?) {
        data = items
        hasMore = next != nil
        nextCursor = next.map { Cursor.encode(fields: [$0]) }
    }

    enum CodingKeys: String, CodingKey {
        case data
        case hasMore = "has_more"
        case nextCursor = "next_cursor"
    }
}

/// Where a page of a management list begins.
public struct ManagementPage<Key: Sendable>: Sendable {
    /// Rows of one page.
    public let limit: Int
    /// The key of the row that the page begins after; nil on the first page.
    public let start: Key?

    /// Reads `limit` (1 to 200, 50 by default) and `after` (the cursor).
    ///
    /// - Parameter key: Reads a row's key as ``ManagementList`` wrote it; nil for what is none.
    public init(_ request: APIRequest, key: (String) -> Key?) throws(RequestError) {
        limit = try request.query.integer("limit", in: 1...200, default: 50)
        guard let cursor = request.query.string("after") else {
            start = nil
            return
        }
        let text = try Cursor.decode(cursor, count: 1, parameter: "after")[0]
        guard let key = key(text) else { throw Cursor.invalid("after") }
        start = key
    }
}
