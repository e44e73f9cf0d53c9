import Edge
import HTTPTypes
import Messaging
import Schema

/// The CRM API's SMS consent (`noticia.md`, "Subscriptions").
struct SubscriptionRoutes: Sendable {
    let subscriptions: Subscriptions
    let list: PersonList
    let ledger: ConsentLedger
    let idempotency: Idempotency

    var routes: [Route] {
        var crm = RouteGroup(Noticia())
        crm.post("/v1/subscriptions/opt-in", optIn)
        crm.post("/v1/subscriptions/opt-out", optOut)
        crm.get("/v1/subscriptions", page)
        crm.post("/v1/subscriptions/search", search)
        crm.get("/v1/subscriptions/{profile_id}", subscription)
        crm.get("/v1/subscriptions/{profile_id}/consent-history", history)
        return crm.routes
    }

    private static let stateHeader = HTTPField.Name("Noticia-Subscription-State")

    // MARK: Writing

    private func optIn(_ request: APIRequest) async throws -> APIResponse {
        let consent = try request.decode(OptInRequest.self).consent(at: request.receivedAt)
        return try await perform(request) { transaction in
            try await subscriptions.accept(consent, of: request.principal.account, in: transaction)
        }
    }

    private func optOut(_ request: APIRequest) async throws -> APIResponse {
        let withdrawal = try request.decode(OptOutRequest.self).withdrawal()
        return try await perform(request) { transaction in
            try await subscriptions.withdraw(withdrawal, of: request.principal.account, in: transaction)
        }
    }

    private func perform(
        _ request: APIRequest, _ effect: @Sendable (Transaction) async throws -> SubscriptionDesk.Result
    ) async throws -> APIResponse {
        try await repeatingRaces {
            try await idempotency.perform(request, isRequired: false) { transaction in
                do {
                    return try Self.response(try await effect(transaction))
                } catch let refusal as ConsentRefusal {
                    throw RequestError(refusal)
                }
            }
        }
    }

    private static func response(_ result: SubscriptionDesk.Result) throws -> APIResponse {
        var headers = HTTPFields()
        if let stateHeader { headers[stateHeader] = result.state.rawValue }
        let body = SubscriptionBody(result.subscription, externalID: result.person.givenExternalID)
        return try .json(body, status: result.state == .created ? .created : .ok, headers: headers)
    }

    // MARK: Reading

    private func subscription(_ request: APIRequest) async throws -> APIResponse {
        let account = request.principal.account
        guard let person = try await list.person(PersonReference(try request.parameter("profile_id")), of: account),
            let current = SMSSubscription.current(
                of: try await subscriptions.store.subscriptions(of: person.id, account: account))
        else { throw RequestError.noMatch(of: "subscription", for: "reference") }
        return try .json(SubscriptionBody(current, externalID: person.givenExternalID))
    }

    private func search(_ request: APIRequest) async throws -> APIResponse {
        let number = try request.decode(PhoneSearchRequest.self).number()
        let found = try await subscriptions.store.subscriptions(on: number, account: request.principal.account)
        let current = SMSSubscription.current(of: found.map(\.subscription))
        guard let listed = found.first(where: { $0.subscription == current }) else {
            throw RequestError.noMatch(of: "subscription", for: "phone number")
        }
        return try .json(SubscriptionBody(listed))
    }

    private func history(_ request: APIRequest) async throws -> APIResponse {
        let account = request.principal.account
        guard let person = try await list.person(PersonReference(try request.parameter("profile_id")), of: account)
        else { throw RequestError.noMatch(of: "profile", for: "reference") }
        return try .json(ConsentHistoryBody(try await ledger.history(of: person.id, account: account)))
    }

    private func page(_ request: APIRequest) async throws -> APIResponse {
        let query = try Noticia.PageQuery(request, list: "subscriptions", fields: 2)
        let status = try request.query.choice("status", of: SubscriptionBody.Status.self)
        let since = try request.query.timestamp("since")
        var before: (Timestamp, SMSSubscriptionID)?
        if let start = query.start {
            guard let microseconds = Int64(start[0]) else { throw Noticia.PageQuery.invalidCursor }
            before = (Timestamp(microseconds: microseconds), try start[1].id(SMSSubscriptionID.self))
        }
        let rows = try await subscriptions.store.page(
            isActive: status.map { $0 == .subscribed }, since: since, before: before, limit: query.limit,
            of: request.principal.account)
        let page = query.page(of: rows, list: "subscriptions") { row in
            ["\(row.subscription.consentedAt.microseconds)", row.subscription.id.description]
        }
        return try .json(Noticia.ListBody(page.map { SubscriptionBody($0) }))
    }
}

extension RequestError {
    fileprivate init(_ refusal: ConsentRefusal) {
        self =
            switch refusal {
            case .activeElsewhere(let id):
                .conflict(
                    code: "active_elsewhere",
                    message: "This phone number already holds an active consent under another profile.",
                    details: ["conflicting_profile_id": .string(id.profileID.description)])
            case .withdrawnSince(let time):
                .conflict(
                    code: "withdrawn_since", message: "Consent on this phone number was withdrawn after consented_at.",
                    details: ["unsubscribed_at": .string(time.rfc3339)])
            case .unknownProfile: .notFound("profile")
            case .unknownSubscription: .noMatch(of: "subscription", for: "identifier")
            }
    }
}
