public import Edge
import FoundationEssentials
import HTTPTypes
import Messaging
import Postgres
public import Schema

extension RetailOS {
    /// The operations on one resource of the clienteling API (`retailos.md`, "RetailOS REST API interface"), the same for
    /// all: a list, one record, and an upsert that a job does.
    public struct ResourceRoutes<Item: Sendable, Work: Codable & Sendable>: Sendable {
        /// Where records are found.
        public struct Records: Sendable {
            /// What rows can be sorted by, the default first.
            let sorts: [String]
            /// What rows consist of.
            let fields: Set<String>
            let find: @Sendable (Reference, AccountID) async throws -> Item?
            let page: @Sendable (ListQuery, AccountID) async throws -> (items: [Item], count: Int)
            let body: @Sendable (Item) throws -> [String: JSONValue]

            /// - Parameters:
            ///   - find: One record of an account.
            ///   - page: A page of an account's records, and how many there are.
            ///   - body: How the API shows a record.
            public init(
                sorts: [String], fields: Set<String>,
                find: @escaping @Sendable (Reference, AccountID) async throws -> Item?,
                page: @escaping @Sendable (ListQuery, AccountID) async throws -> (items: [Item], count: Int),
                body: @escaping @Sendable (Item) throws -> [String: JSONValue]
            ) {
                self.sorts = sorts
                self.fields = fields
                self.find = find
                self.page = page
                self.body = body
            }
        }

        private let queue: RetailQueue<Work>
        private let idempotency: Idempotency
        private let records: Records
        private let read: @Sendable (inout UpsertBody) -> Work

        private var resource: Resource { queue.resource }

        /// - Parameter read: What a body asks for; its faults are noted there.
        public init(
            _ queue: RetailQueue<Work>, _ records: Records, idempotency: Idempotency,
            read: @escaping @Sendable (inout UpsertBody) -> Work
        ) {
            self.queue = queue
            self.records = records
            self.idempotency = idempotency
            self.read = read
        }

        public var routes: [Route] {
            var retail = RouteGroup(RetailOS())
            retail.get(resource.path, list)
            retail.get(resource.path + "/{id}", retrieve)
            retail.put(resource.path + "/{\(resource.externalID)}", upsert)
            retail.post(resource.path, upsert)
            return retail.routes
        }

        private func list(_ request: APIRequest) async throws -> APIResponse {
            let query = try ListQuery(request, sorts: records.sorts, fields: records.fields)
            let (items, count) = try await records.page(query, request.principal.account)
            let rows = try items.map { query.projection(of: try records.body($0)) }
            return try answer(
                Rows(rows, count: count), resource.action("GET_ALL"), resource.title + "s", to: request)
        }

        /// By the id that was given here, or by the client's own.
        private func retrieve(_ request: APIRequest) async throws -> APIResponse {
            let text = try request.parameter("id")
            let account = request.principal.account
            var item: Item?
            if let id = UUID(uuidString: text) { item = try await records.find(.id(id), account) }
            if item == nil { item = try await records.find(.externalID(text), account) }
            guard let item else { throw RequestError.notFound(resource.rawValue) }
            return try answer(
                JSONValue.object(try records.body(item)), resource.action("GET_ONE"), resource.title, to: request)
        }

        /// Answers at once with the job that does it.
        private func upsert(_ request: APIRequest) async throws -> APIResponse {
            let pathID = request.method == "PUT" ? try request.parameter(resource.externalID) : nil
            let account = request.principal.account
            var body = UpsertBody(try request.decode([String: JSONValue].self), of: resource, pathID: pathID)
            let work = read(&body)
            try body.validation.check()
            if !body.missing.isEmpty, try await !isKnown(body.externalID, of: account) {
                throw RequestError.validation(body.missing)
            }
            let externalID = body.externalID
            return try await idempotency.perform(request, isRequired: false) { transaction in
                let job = try queue.add(work, to: externalID, of: account, in: transaction)
                return try answer(
                    [JobBody(job: job)], resource.action("UPSERT"), "\(resource.title) upsert queued", to: request,
                    status: .accepted)
            }
        }

        /// Whether there is such a record, or somebody has asked for it.
        private func isKnown(_ externalID: String, of account: AccountID) async throws -> Bool {
            if try await records.find(.externalID(externalID), account) != nil { return true }
            return try await queue.isOpen(externalID, of: account)
        }
    }

    /// A job as the API shows it.
    public struct JobBody: Encodable, Sendable {
        private let job: RetailJobSnapshot
        private let shown: Set<String>?

        /// - Parameter shown: Which fields; nil for all.
        public init(job: RetailJobSnapshot, showing shown: Set<String>? = nil) {
            self.job = job
            self.shown = shown
        }

        /// What a job consists of.
        public static let fields = Set(CodingKeys.allCases.map(\.rawValue))

        enum CodingKeys: String, CodingKey, CaseIterable {
            case id, queueName, externalId, status, error, attempts, createdAt, updatedAt
        }

        public func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            func put(_ value: some Encodable, _ key: CodingKeys) throws {
                if shown?.contains(key.rawValue) ?? true { try container.encode(value, forKey: key) }
            }
            try put(job.id.uuid.uuidString.lowercased(), .id)
            try put(job.queueName, .queueName)
            try put(job.subject, .externalId)
            try put(job.status.rawValue, .status)
            try put(job.error, .error)
            try put(job.attempts, .attempts)
            try put(job.createdAt, .createdAt)
            try put(job.updatedAt, .updatedAt)
        }
    }
}
