import Edge
import HTTPTypes
import Messaging
import Schema

/// The dealer API's customers (`watchtraderhub.md`, "Customers").
struct DealerCustomerRoutes: Sendable {
    let people: People
    let idempotency: Idempotency

    var routes: [Route] {
        var dealer = RouteGroup(WatchTraderHub())
        dealer.post("/customers", upsert)
        dealer.post("/customers/bulk", upsertAll)
        return dealer.routes
    }

    private func upsert(_ request: APIRequest) async throws -> APIResponse {
        let report = try request.decode(CustomerRequest.self).report()
        return try await repeatingRaces {
            try await idempotency.perform(request) { transaction in
                let account = request.principal.account
                let upserted = try await people.upsert([report], of: account, in: transaction)[0].get()
                return try .json(upserted.dealerBody, status: upserted.isMatched ? .ok : .created)
            }
        }
    }

    private func upsertAll(_ request: APIRequest) async throws -> APIResponse {
        let entries = try request.decode(BulkCustomersRequest.self).entries()
        return try await repeatingRaces {
            try await idempotency.perform(request) { transaction in
                let reports = entries.compactMap(\.report)
                var upserted = try await people.upsert(reports, of: request.principal.account, in: transaction)[...]
                let bodies = try entries.map { entry in
                    switch entry {
                    case .valid: BulkCustomerBody.customer(try upserted.removeFirst().get().dealerBody)
                    case .rejected(let error): BulkCustomerBody.rejected(error, requestID: request.requestID)
                    }
                }
                return try .json(WatchTraderHub.BulkBody(bodies))
            }
        }
    }
}

extension People.Upserted {
    var dealerBody: WatchTraderHub.CustomerBody {
        WatchTraderHub.CustomerBody(
            id: person.id, externalID: person.externalID, person: person.details,
            acceptsMarketing: person.acceptsMarketing, createdAt: person.createdAt, matchedExisting: isMatched)
    }
}
