extension WatchTraderHub {
    /// A page of a list: `{"object": "list", "data": […], "has_more": …, "next_cursor": …}`.
    public struct ListBody<Item: Encodable & Sendable>: Encodable, Sendable {
        private let page: Page<Item>

        /// Makes the body of a page.
        public init(_ page: Page<Item>) {
            self.page = page
        }

        enum CodingKeys: String, CodingKey {
            case object, data
            case hasMore = "has_more"
            case nextCursor = "next_cursor"
        }

        public func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode("list", forKey: .object)
            try container.encode(page.items, forKey: .data)
            try container.encode(page.hasMore, forKey: .hasMore)
            try container.encode(page.nextCursor, forKey: .nextCursor)
        }
    }
}
