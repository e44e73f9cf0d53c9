import Edge
import HTTPTypes
import Schema

/// The management API's error reports: whom to tell of deliveries that were given up, and what the mails link to.
struct ErrorReportRoutes: Sendable {
    let store: ErrorReportStore
    let idempotency: Idempotency
    let link: ReportLink
    /// Whether mails can leave.
    let sendsMail: Bool

    var routes: [Route] {
        var management = RouteGroup(Management())
        management.put("/error-reports/{name}", configure)
        management.get("/error-reports/{name}", retrieve)
        management.delete("/error-reports/{name}", delete)
        management.get("/error-reports", list)
        management.get("/error-report-files/{id}", isPublic: true, download)
        return management.routes
    }

    /// Creates the report or replaces its settings. It begins now, or where its last one ended.
    private func configure(_ request: APIRequest) async throws -> APIResponse {
        let account = request.principal.account
        let name = try request.parameter("name")
        guard (1...100).contains(name.count) else {
            throw RequestError.invalid("name", code: "too_long", "A name has 1 to 100 characters.")
        }
        let settings = try await request.decode(Exactly<ErrorReportRequest>.self).body
            .settings(of: account, sendsMail: sendsMail, store)
        return try await idempotency.perform(request, isRequired: false) { transaction in
            let configured = try await store.configure(name, of: account, settings, in: transaction)
            return try .json(ErrorReportBody(configured.report), status: configured.isNew ? .created : .ok)
        }
    }

    private func retrieve(_ request: APIRequest) async throws -> APIResponse {
        guard let report = try await store.report(request.parameter("name"), of: request.principal.account) else {
            throw Self.notFound
        }
        return try .json(ErrorReportBody(report))
    }

    private func list(_ request: APIRequest) async throws -> APIResponse {
        let page = try ManagementPage(request) { $0 }
        let reports = try await store.reports(
            of: request.principal.account, after: page.start ?? "", limit: page.limit + 1)
        return try .json(ManagementList(reports, limit: page.limit, key: \.name, ErrorReportBody.init))
    }

    private func delete(_ request: APIRequest) async throws -> APIResponse {
        guard try await store.delete(request.parameter("name"), of: request.principal.account) else {
            throw Self.notFound
        }
        return .noContent
    }

    /// What a mail's link leads to: whoever has the link has read the mail, and needs no key.
    private func download(_ request: APIRequest) async throws -> APIResponse {
        guard let id = ErrorReportFileID(try request.parameter("id")),
            let signature = request.query.string("signature"),
            let expires = request.query.string("expires").flatMap({ Int64($0) }),
            link.isValid(signature, of: id, expires: expires)
        else { throw RequestError.forbidden("No error report has this link.") }
        guard expires > Timestamp.now().microseconds / 1_000_000 else {
            throw RequestError.forbidden("This link has expired.")
        }
        guard let file = try await store.file(id) else { throw RequestError.notFound("error report") }
        let headers: HTTPFields = [
            .contentType: "text/csv; charset=utf-8", .cacheControl: "private, no-store",
            .contentDisposition: #"attachment; filename="failed-deliveries.csv""#, .xContentTypeOptions: "nosniff",
        ]
        return APIResponse(status: .ok, headers: headers, body: Array(file.utf8))
    }

    private static let notFound = RequestError.notFound("error report")
}
