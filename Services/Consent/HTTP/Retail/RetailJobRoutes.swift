import Edge
import FoundationEssentials
import HTTPTypes
import Schema
import ServiceKit

/// The clienteling API's jobs: one list of them, whichever service does them. Beside it, what describes the API.
struct RetailJobRoutes: Sendable {
    let jobs: RetailJobs

    var routes: [Route] {
        var retail = RouteGroup(RetailOS())
        retail.get("/v2/public/openapi.json", isPublic: true) { _ in .json(bytes: RetailOS.document) }
        retail.get("/v2/public/jobs", list)
        retail.get("/v2/public/jobs/{id}", retrieve)
        return retail.routes
    }

    private func list(_ request: APIRequest) async throws -> APIResponse {
        let query = try RetailOS.ListQuery(request, sorts: ["createdAt"], fields: RetailOS.JobBody.fields)
        let (found, count) = try await jobs.store.page(
            limit: query.limit, offset: query.offset, isDescending: query.isDescending, of: request.principal.account)
        let rows = RetailOS.Rows(found.map { RetailOS.JobBody(job: $0.snapshot, showing: query.fields) }, count: count)
        return try RetailOS.answer(rows, "JOB_GET_ALL", "Jobs", to: request)
    }

    private func retrieve(_ request: APIRequest) async throws -> APIResponse {
        guard let id = UUID(uuidString: try request.parameter("id")),
            let job = try await jobs.job(RetailJobID(uuid: id), of: request.principal.account)
        else { throw RequestError.notFound("job") }
        return try RetailOS.answer(RetailOS.JobBody(job: job.snapshot), "JOB_GET_ONE", "Job", to: request)
    }
}
