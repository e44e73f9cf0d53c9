extension Noticia {
    /// Which page of a list is asked for: `limit` and `cursor`.
    public struct PageQuery: Sendable {
        /// Rows of one page; ask the database for one more, to see whether there is a next page.
        public let limit: Int
        /// Where the page begins: the sort key of the last row before it, as ``page(of:list:key:)`` packed it; nil on the first.
        public let start: [String]?

        /// Reads `limit` (1 to `maximum`, 50 by default) and `cursor`.
        ///
        /// - Parameters:
        ///   - list: The list's name, so that a cursor of another list is refused.
        ///   - fields: How many fields the list's sort key has.
        public init(_ request: APIRequest, list: String, fields: Int, maximum: Int = 100) throws(RequestError) {
            limit = try request.query.integer("limit", in: 1...maximum, default: 50)
            guard let cursor = request.query.string("cursor") else {
                start = nil
                return
            }
            let decoded = try Cursor.decode(cursor, count: fields + 1, parameter: "cursor")
            guard decoded[0] == list else { throw Self.invalidCursor }
            start = Array(decoded.dropFirst())
        }

        /// What a list throws for a cursor whose fields it cannot read.
        public static var invalidCursor: RequestError { Cursor.invalid("cursor") }

        /// Cuts the extra row off and makes the cursor to the next page from the last row's sort key.
        public func page<Item>(of rows: [Item], list: String, key: (Item) -> [String]) -> Page<Item> {
            guard rows.count > limit else { return Page(items: rows, nextCursor: nil) }
            let items = Array(rows.prefix(limit))
            return Page(items: items, nextCursor: items.last.map { Cursor.encode(fields: [list] + key($0)) })
        }
    }

    /// A page of a list: `{"pagination": {"next_cursor": …, "has_more": …}, "data": […]}`.
    public struct ListBody<Item: Encodable & Sendable>: Encodable, Sendable {
        private struct Pagination: Encodable, Sendable {
            @Nullable var nextCursor: String?
            let hasMore: Bool

            enum CodingKeys: String, CodingKey {
                case nextCursor = "next_cursor"
                case hasMore = "has_more"
            }
        }

        private let pagination: Pagination
        private let data: [Item]

        /// Makes the body of a page.
        public init(_ page: Page<Item>) {
            pagination = Pagination(nextCursor: page.nextCursor, hasMore: page.hasMore)
            data = page.items
        }
    }
}
