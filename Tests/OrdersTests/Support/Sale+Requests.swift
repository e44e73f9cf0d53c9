import Edge
import HTTPTypes
import Messaging
import Schema

@testable import Orders

extension Sale {
    /// Everything after the payment that has routes.
    var routes: [Route] {
        let idempotency = Idempotency(database: database, keyring: keyring)
        return CouponRoutes(book: CouponBook(database: database), idempotency: idempotency).routes
            + SubscriptionRoutes(
                book: SubscriptionBook(database: database, outbox: Self.outbox, keyring: keyring, retries: []),
                idempotency: idempotency
            ).routes
            + FulfillmentRoutes(
                book: FulfillmentBook(database: database, outbox: Self.outbox, keyring: keyring),
                idempotency: idempotency
            ).routes
    }

    /// Sends a request to its route, as a client of the sale's account or of another's.
    ///
    /// - Returns: The status and the body; what the dialect makes of an error.
    func send(
        _ name: String, _ parameters: [String: String] = [:], query: String? = nil, body: String = "",
        isForm: Bool = false, as other: AccountID? = nil
    ) async throws -> (status: Int, body: JSONValue) {
        guard let route = routes.first(where: { $0.name == name }) else { throw RequestError.unknownPath }
        let type = isForm ? "application/x-www-form-urlencoded" : "application/json"
        let request = try APIRequest(
            route: route, parameters: parameters, query: query, headers: [.contentType: type],
            principal: Principal(account: other ?? account, keyID: "k", dialects: [.healthSuite]),
            body: Array(body.utf8))
        var response: APIResponse
        do {
            response = try await route.handler(request)
        } catch let error as RequestError {
            response = route.dialect.render(error, requestID: request.requestID)
        }
        return (response.status.code, try JSON.decode(from: response.body))
    }
}

extension JSONValue {
    /// The names of an object's members.
    var names: Set<String> {
        if case .object(let members) = self { Set(members.keys) } else { [] }
    }
}
