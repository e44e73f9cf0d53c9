import Edge

/// A page of a management list: `{"data": […], "has_more", "next_cursor"}`. The cursor goes into `after`.
struct ListBody<Item: Encodable & Sendable>: Encodable, Sendable {
    let data: [Item]
    let hasMore: Bool
    @Nullable var nextCursor: String?

    /// - Parameters:
    ///   - items: One more than a page, if there are more.
    ///   - key: What identifies an item's place in the list.
    init<Row>(_ rows: [Row], limit: Int, key: (Row) -> String, _ body: (Row) -> Item) {
        let page = rows.prefix(limit)
        data = page.map(body)
        hasMore = rows.count > limit
        nextCursor = hasMore ? page.last.map { Cursor.encode(fields: [key($0)]) } : nil
    }

    enum CodingKeys: String, CodingKey {
        case data
        case hasMore = "has_more"
        case nextCursor = "next_cursor"
    }
}

extension APIRequest {
    /// Rows of one page.
    func limit() throws(RequestError) -> Int {
        try query.integer("limit", in: 1...200, default: 50)
    }

    /// The key of the row that the page begins after.
    func start() throws(RequestError) -> String? {
        guard let cursor = query.string("after") else { return nil }
        return try Cursor.decode(cursor, count: 1)[0]
    }
}
