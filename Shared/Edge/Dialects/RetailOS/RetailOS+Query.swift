public import Schema

extension RetailOS {
    /// Which rows of a list are asked for, and what of them: `limit`, `offset`, `sort=-updatedAt`, `fields=id,email`.
    public struct ListQuery: Sendable {
        /// Rows of one page, 1 to 100, 20 by default.
        public let limit: Int
        /// Rows before it.
        public let offset: Int
        /// The field that the rows are sorted by.
        public let sort: String
        /// Whether the greatest comes first.
        public let isDescending: Bool
        /// What of a row is shown; nil for everything.
        public let fields: Set<String>?

        /// - Parameters:
        ///   - sorts: The fields that rows can be sorted by; the first is the default, the greatest first.
        ///   - fields: The fields that rows have.
        public init(_ request: APIRequest, sorts: [String], fields known: Set<String>) throws(RequestError) {
            limit = try request.query.integer("limit", in: 1...100, default: 20)
            offset = try request.query.integer("offset", in: 0...1_000_000, default: 0)
            let given = request.query.string("sort")
            let sort = given.map { $0.hasPrefix("-") ? String($0.dropFirst()) : $0 } ?? sorts[0]
            guard sorts.contains(sort) else {
                throw .invalid("sort", "Rows can be sorted by \(sorts.joined(separator: ", ")).")
            }
            self.sort = sort
            isDescending = given?.hasPrefix("-") ?? true
            fields = try request.query.string("fields").map { text throws(RequestError) in
                let names = text.filter { $0 != " " }.split(separator: ",").map(String.init)
                if let stranger = names.first(where: { !known.contains($0) }) {
                    throw .invalid("fields", "There is no field \(stranger).")
                }
                return Set(names)
            }
        }

        /// What is shown of a row.
        public func projection(of row: [String: JSONValue]) -> JSONValue {
            .object(fields.map { fields in row.filter { fields.contains($0.key) } } ?? row)
        }
    }
}
