public import Edge
import HTTPTypes
public import Postgres
public import Schema

extension HealthSuite {
    /// The operations on notes: the same on customers, orders and transactions, each in the service that knows them.
    ///
    ///     NoteRoutes(on: .order, database: platform.database, idempotency: idempotency) { number, account in … }.routes
    public struct NoteRoutes<Owner: Encodable & Sendable>: Sendable {
        private let subject: NoteSubject
        private let store: NoteStore
        private let idempotency: Idempotency
        private let find: @Sendable (String, AccountID) async throws -> Owner?

        /// - Parameters:
        ///   - subject: What the notes are written on; also says which table they are in.
        ///   - find: Looks up what has a number: how a list of notes shows it, or nil if the account has none such.
        public init(
            on subject: NoteSubject, database: PostgresDatabase, idempotency: Idempotency,
            find: @escaping @Sendable (_ number: String, _ account: AccountID) async throws -> Owner?
        ) {
            self.subject = subject
            store = NoteStore(database: database, subject: subject)
            self.idempotency = idempotency
            self.find = find
        }

        public var routes: [Route] {
            var suite = RouteGroup(HealthSuite())
            suite.get(subject.path, list)
            suite.post(subject.path, create)
            if subject.hasRetrieval { suite.get(subject.path + "/{noteId}", retrieve) }
            suite.put(subject.path + "/{noteId}", update)
            suite.delete(subject.path + "/{noteId}", delete)
            return suite.routes
        }

        private func list(_ request: APIRequest) async throws -> APIResponse {
            let filter = try NoteFilter(request.query)
            let page = try PageRequest(request)
            let (owner, key) = try await owner(request)
            let (notes, total) = try await store.notes(on: key, filter, page)
            return try .json(
                NotePage(subject: subject, owner: owner, notes: notes, pagination: Pagination(page, total: total)))
        }

        private func create(_ request: APIRequest) async throws -> APIResponse {
            let draft = try request.decode(NoteRequest.self).draft(on: subject)
            let (_, key) = try await owner(request)
            return try await idempotency.perform(request, isRequired: false) { transaction in
                let note = try await store.insert(draft, on: key, at: .now(), in: transaction)
                return try .json(Answer(note, message: "Note added successfully"), status: .created)
            }
        }

        private func retrieve(_ request: APIRequest) async throws -> APIResponse {
            let (_, key) = try await owner(request)
            guard let note = try await store.note(try id(request), on: key) else { throw Self.noSuchNote }
            return try .json(Answer(note))
        }

        private func update(_ request: APIRequest) async throws -> APIResponse {
            let change = try request.decode(NoteChangeRequest.self).change()
            let (_, key) = try await owner(request)
            let id = try id(request)
            return try await idempotency.perform(request, isRequired: false) { transaction in
                let note = try await store.update(id, on: key, change, at: .now(), in: transaction)
                guard let note else { throw Self.noSuchNote }
                return try .json(Answer(note, message: "Note updated successfully"))
            }
        }

        private func delete(_ request: APIRequest) async throws -> APIResponse {
            let (_, key) = try await owner(request)
            let id = try id(request)
            return try await idempotency.perform(request, isRequired: false) { transaction in
                guard try await store.delete(id, on: key, in: transaction) else { throw Self.noSuchNote }
                return try .json(Confirmation(message: "Note deleted successfully"))
            }
        }

        /// What the request's notes are written on.
        private func owner(_ request: APIRequest) async throws -> (Owner, NoteStore.Owner) {
            let number = try request.parameter(subject.numberParameter)
            let account = request.principal.account
            guard let owner = try await find(number, account) else {
                throw RequestError.notFound(subject.rawValue)
            }
            return (owner, NoteStore.Owner(account: account, number: number))
        }

        private func id(_ request: APIRequest) throws(RequestError) -> Int64 {
            guard let id = Int64(try request.parameter("noteId")) else { throw Self.noSuchNote }
            return id
        }

        private static var noSuchNote: RequestError { .notFound("note") }
    }
}
