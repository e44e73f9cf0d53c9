extension HealthSuite {
    /// Which page of a list is asked for.
    public struct PageRequest: Hashable, Sendable {
        /// Counted from 1.
        public let page: Int
        /// Rows of a page.
        public let perPage: Int

        /// Rows before the page.
        public var offset: Int { (page - 1) * perPage }

        /// How many rows of a list that may be long are counted for its total: all of a thousand, and always one more than
        /// the page ends with. Where there are as many, the total says "at least", and a walk along the pages still comes to
        /// the end.
        public var countedRows: Int { max(Self.exactTotal, offset + perPage) + 1 }

        /// Reads `page` and `per_page`; outside their limits they are refused with a 422.
        ///
        /// - Parameters:
        ///   - maximum: The operation's documented limit of `per_page`.
        ///   - standard: How many rows there are where nothing is asked for.
        public init(_ request: APIRequest, maximum: Int = 100, default standard: Int = 15) throws(RequestError) {
            page = try request.query.integer("page", in: 1...Self.lastPage, default: 1)
            perPage = try request.query.integer("per_page", in: 1...maximum, default: standard)
        }

        /// Totals up to here are exact in every list.
        public static let exactTotal = 1_000

        /// Far beyond what anyone reads, and no offset overflows.
        private static let lastPage = 10_000_000
    }

    /// Where a page stands in its list.
    public struct Pagination: Encodable, Sendable {
        public let total: Int
        public let perPage: Int
        public let currentPage: Int
        public let lastPage: Int
        /// The number of the page's first row; none on a page without rows.
        @Nullable public private(set) var from: Int?
        /// The number of the page's last row; none on a page without rows.
        @Nullable public private(set) var to: Int?

        /// - Parameter total: Rows of the whole list.
        public init(_ request: PageRequest, total: Int) {
            self.total = total
            perPage = request.perPage
            currentPage = request.page
            lastPage = max(1, (total + request.perPage - 1) / request.perPage)
            let isEmpty = request.offset >= total
            from = isEmpty ? nil : request.offset + 1
            to = isEmpty ? nil : min(total, request.offset + request.perPage)
        }

        enum CodingKeys: String, CodingKey {
            case total, from, to
            case perPage = "per_page"
            case currentPage = "current_page"
            case lastPage = "last_page"
        }
    }

    /// One page of a list as the API answers it.
    public struct Page<Row: Encodable & Sendable>: Encodable, Sendable {
        public let success = true
        public let data: [Row]
        public let pagination: Pagination

        /// - Parameter total: Rows of the whole list.
        public init(_ data: [Row], total: Int, for request: PageRequest) {
            self.data = data
            pagination = Pagination(request, total: total)
        }

        enum CodingKeys: String, CodingKey { case success, data, pagination }
    }
}
