import Edge
import FoundationEssentials
import HTTPTypes
import Messaging
import Schema

/// Customers and jobs of the clienteling API (`retailos.md`, "RetailOS REST API interface").
struct RetailCustomerRoutes: Sendable {
    let customers: RetailCustomers
    let list: PersonList
    let idempotency: Idempotency

    var routes: [Route] {
        var retail = RouteGroup(RetailOS())
        retail.get("/v2/public/customers", listCustomers)
        retail.get("/v2/public/customers/{id}", retrieve)
        retail.put("/v2/public/customers/{externalCustomerId}", upsert)
        retail.post("/v2/public/customers", upsert)
        retail.get("/v2/public/jobs", listJobs)
        retail.get("/v2/public/jobs/{id}", retrieveJob)
        return retail.routes
    }

    // MARK: Customers

    private func listCustomers(_ request: APIRequest) async throws -> APIResponse {
        let query = try RetailOS.ListQuery(
            request, sorts: RetailCustomers.sorts.map(\.key), fields: Person.retailFields)
        let (people, count) = try await customers.page(query, of: request.principal.account)
        let rows = people.map { query.projection(of: $0.retailBody) }
        return try RetailOS.answer(
            RetailOS.Rows(rows, count: count), "CUSTOMER_GET_ALL", "Customers", to: request)
    }

    /// By the id that was given here, or by the client's own.
    private func retrieve(_ request: APIRequest) async throws -> APIResponse {
        let text = try request.parameter("id")
        let reference = UUID(uuidString: text).map { PersonReference.id(CustomerID(uuid: $0)) } ?? .external(text)
        guard let person = try await list.person(reference, of: request.principal.account) else {
            throw RequestError.notFound("customer")
        }
        return try RetailOS.answer(JSONValue.object(person.retailBody), "CUSTOMER_GET_ONE", "Customer", to: request)
    }

    /// Answers at once with the job that does it.
    private func upsert(_ request: APIRequest) async throws -> APIResponse {
        let id = request.method == "PUT" ? try request.parameter("externalCustomerId") : nil
        let (externalID, customer) = try request.decode(RetailCustomerRequest.self).customer(id)
        return try await idempotency.perform(request, isRequired: false) { transaction in
            let job = try customers.queue(
                customer, externalID, of: request.principal.account, in: transaction)
            return try RetailOS.answer(
                [JobBody(job: job)], "CUSTOMER_UPSERT", "Customer upsert queued", to: request, status: .accepted)
        }
    }

    // MARK: Jobs

    private struct JobBody: Encodable {
        let job: RetailJob

        enum CodingKeys: String, CodingKey {
            case id, queueName, status, error, attempts, createdAt, updatedAt
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(job.id.uuid.uuidString.lowercased(), forKey: .id)
            try container.encode(RetailJob.queueName, forKey: .queueName)
            try container.encode(job.status.rawValue, forKey: .status)
            try container.encode(job.error, forKey: .error)
            try container.encode(job.attempts, forKey: .attempts)
            try container.encode(job.createdAt, forKey: .createdAt)
            try container.encode(job.updatedAt, forKey: .updatedAt)
        }
    }

    private func listJobs(_ request: APIRequest) async throws -> APIResponse {
        let query = try RetailOS.ListQuery(request, sorts: ["createdAt"], fields: [])
        let (jobs, count) = try await customers.jobs.page(
            limit: query.limit, offset: query.offset, isDescending: query.isDescending,
            of: request.principal.account)
        let rows = RetailOS.Rows(jobs.map { JobBody(job: $0) }, count: count)
        return try RetailOS.answer(rows, "JOB_GET_ALL", "Jobs", to: request)
    }

    private func retrieveJob(_ request: APIRequest) async throws -> APIResponse {
        guard let id = UUID(uuidString: try request.parameter("id")),
            let job = try await customers.jobs.job(RetailJobID(uuid: id), of: request.principal.account)
        else { throw RequestError.notFound("job") }
        return try RetailOS.answer(JobBody(job: job), "JOB_GET_ONE", "Job", to: request)
    }
}
