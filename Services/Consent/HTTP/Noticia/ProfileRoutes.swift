import Edge
import HTTPTypes
import Messaging
import Schema

/// The CRM API's profiles (`noticia.md`, "Profiles").
struct ProfileRoutes: Sendable {
    let people: People
    let list: PersonList
    let idempotency: Idempotency

    var routes: [Route] {
        var crm = RouteGroup(Noticia())
        crm.get("/v1/openapi/crm.json", isPublic: true) { _ in .json(bytes: Noticia.document) }
        crm.post("/v1/profiles", upsert)
        crm.get("/v1/profiles", page)
        crm.post("/v1/profiles/bulk", upsertAll)
        crm.post("/v1/profiles/search", search)
        crm.get("/v1/profiles/{profile_id}", profile)
        crm.delete("/v1/profiles/{profile_id}", delete)
        crm.post("/v1/profiles/{profile_id}/attributes", setAttributes)
        crm.get("/v1/profiles/{profile_id}/attributes", attributes)
        return crm.routes
    }

    // MARK: Writing

    private func upsert(_ request: APIRequest) async throws -> APIResponse {
        let report = try request.decode(ProfileRequest.self).report()
        return try await perform(request) { transaction in
            do {
                let account = request.principal.account
                let upserted = try await people.upsert([report], of: account, in: transaction)[0].get()
                return try .json(ProfileBody(upserted.person), status: upserted.isMatched ? .ok : .created)
            } catch let collision as PhoneCollision {
                throw RequestError.conflict(
                    code: "phone_number_taken", message: "This phone number already belongs to another profile.",
                    details: collision.details)
            }
        }
    }

    private func upsertAll(_ request: APIRequest) async throws -> APIResponse {
        let entries = try request.decode(BulkProfilesRequest.self).entries()
        let reports = entries.compactMap { try? $0.report.get() }
        return try await perform(request) { transaction in
            var outcomes = try await people.upsert(reports, of: request.principal.account, in: transaction)[...]
            let results = entries.map { entry in
                switch entry.report {
                case .failure(let error): BulkProfilesBody.Result(error, externalID: entry.externalID)
                case .success(let report):
                    switch outcomes.removeFirst() {
                    case .success(let upserted): BulkProfilesBody.Result(upserted)
                    case .failure(let collision): BulkProfilesBody.Result(collision, externalID: report.externalID)
                    }
                }
            }
            return try .json(BulkProfilesBody(results))
        }
    }

    private func setAttributes(_ request: APIRequest) async throws -> APIResponse {
        let reference = PersonReference(try request.parameter("profile_id"))
        let values = try request.decode(AttributesRequest.self).values()
        return try await perform(request) { transaction in
            let person = try await people.change(reference, of: request.principal.account, in: transaction) {
                $0.set(values, at: $1)
            }
            guard let person else { throw RequestError.notFound("profile") }
            return try .json(AttributesBody(person))
        }
    }

    private func delete(_ request: APIRequest) async throws -> APIResponse {
        let reference = PersonReference(try request.parameter("profile_id"))
        return try await perform(request) { transaction in
            _ = try await people.delete(reference, of: request.principal.account, in: transaction)
            return .noContent
        }
    }

    private func perform(
        _ request: APIRequest, _ effect: @Sendable (Transaction) async throws -> APIResponse
    ) async throws -> APIResponse {
        try await repeatingRaces { try await idempotency.perform(request, isRequired: false, effect) }
    }

    // MARK: Reading

    private func profile(_ request: APIRequest) async throws -> APIResponse {
        try .json(ProfileBody(try await person(request)))
    }

    private func attributes(_ request: APIRequest) async throws -> APIResponse {
        try .json(AttributesBody(try await person(request)))
    }

    private func search(_ request: APIRequest) async throws -> APIResponse {
        let number = try request.decode(PhoneSearchRequest.self).number()
        guard let person = try await list.person(number: number, of: request.principal.account) else {
            throw RequestError.noMatch(of: "profile", for: "phone number")
        }
        return try .json(ProfileBody(person))
    }

    private func page(_ request: APIRequest) async throws -> APIResponse {
        let query = try ProfilesQuery(request)
        let page = try await list.page(query, of: request.principal.account)
        return try .json(Noticia.ListBody(page.map(ProfileBody.init)))
    }

    private func person(_ request: APIRequest) async throws -> Person {
        let reference = PersonReference(try request.parameter("profile_id"))
        guard let person = try await list.person(reference, of: request.principal.account) else {
            throw RequestError.notFound("profile")
        }
        return person
    }
}

/// The query of `GET /v1/profiles`.
extension ProfilesQuery {
    private enum Sort: String, CaseIterable {
        case created = "created_at"
        case updated = "updated_at"
    }

    init(_ request: APIRequest) throws(RequestError) {
        let sort = try request.query.choice("sort", of: Sort.self) ?? .created
        let updatedSince = try request.query.timestamp("updated_since")
        let createdSince = try request.query.timestamp("created_since")
        switch sort {
        case .created:
            page = try Noticia.PageQuery(request, list: "profiles", fields: 1)
            let before = try page.start?[0].id(CustomerID.self)
            order = .newestFirst(before: before)
        case .updated:
            page = try Noticia.PageQuery(request, list: "profiles by change", fields: 2)
            guard let start = page.start else {
                order = .byChange(after: nil)
                break
            }
            guard let microseconds = Int64(start[0]) else { throw Noticia.PageQuery.invalidCursor }
            order = .byChange(after: (Timestamp(microseconds: microseconds), try start[1].id(CustomerID.self)))
        }
        self.updatedSince = updatedSince
        self.createdSince = createdSince
        externalID = request.query.string("external_id")
    }
}

extension String {
    /// An id of a cursor.
    func id<Subject>(_ type: ID<Subject>.Type) throws(RequestError) -> ID<Subject> {
        guard let id = ID<Subject>(self) else { throw Noticia.PageQuery.invalidCursor }
        return id
    }
}
