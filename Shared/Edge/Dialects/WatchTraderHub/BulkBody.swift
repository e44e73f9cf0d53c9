extension WatchTraderHub {
    /// The answer to a bulk request: `{"object": "list", "data": […]}`, one entry for each that was sent. It has no pages.
    public struct BulkBody<Item: Encodable & Sendable>: Encodable, Sendable {
        private let object = "list"
        private let data: [Item]

        /// - Parameter data: in the order of the request.
        public init(_ data: [Item]) {
            self.data = data
        }

        enum CodingKeys: String, CodingKey { case object, data }
    }
}
