import Edge
import HTTPTypes
import Messaging
import Schema
import TestKit

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
        isForm: Bool = false, key: String? = nil, as other: AccountID? = nil
    ) async throws -> (status: Int, body: JSONValue) {
        let parts = name.split(separator: " ").map(String.init)
        guard parts.count == 2, let method = HTTPRequest.Method(rawValue: parts[0]) else {
            throw RequestError.unknownPath
        }
        var headers: HTTPFields = [.contentType: isForm ? "application/x-www-form-urlencoded" : "application/json"]
        if let key, let name = HTTPField.Name("Idempotency-Key") { headers[name] = key }
        let reply = try await routes.call(
            method, parts[1], parameters, query: query, headers: headers, bytes: Array(body.utf8),
            account: other ?? account)
        return (reply.status, reply.json)
    }
}

extension JSONValue {
    /// The names of an object's members.
    var names: Set<String> {
        if case .object(let members) = self { Set(members.keys) } else { [] }
    }
}
