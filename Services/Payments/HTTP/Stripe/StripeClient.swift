import Edge
import NIOHTTP1
import Schema

/// Stripe's API: forms in, JSON out, with an idempotency key for whatever must happen once.
struct StripeClient: Sendable {
    /// What Stripe says, as far as it says something.
    enum Outcome<Value: Sendable>: Sendable {
        case success(Value)
        /// The card or the request is refused: nothing has happened.
        case refused(StripeFault)
    }

    private let http: ProviderClient

    /// - Parameter url: Where the API answers, without a slash at the end.
    init(apiKey: String, url: String, timeout: Duration) {
        http = ProviderClient(baseURL: url, authorization: "Bearer \(apiKey)", timeout: timeout)
    }

    /// - Parameter key: What makes a repetition harmless.
    func post<Value: Decodable & Sendable>(
        _ path: String, _ form: [(String, String)], key: String, as type: Value.Type = Value.self
    ) async throws(GatewayError) -> Outcome<Value> {
        try await exchange(
            .POST, path, headers: [("Idempotency-Key", key)], body: Array(Self.encode(form).utf8))
    }

    func get<Value: Decodable & Sendable>(
        _ path: String, _ query: [(String, String)] = [], as type: Value.Type = Value.self
    ) async throws(GatewayError) -> Outcome<Value> {
        try await exchange(.GET, query.isEmpty ? path : "\(path)?\(Self.encode(query))")
    }

    private func exchange<Value: Decodable & Sendable>(
        _ method: HTTPMethod, _ path: String, headers: [(String, String)] = [], body: [UInt8]? = nil
    ) async throws(GatewayError) -> Outcome<Value> {
        let reply: ProviderClient.Reply
        do {
            reply = try await http.send(
                method, path, contentType: body == nil ? nil : "application/x-www-form-urlencoded", headers: headers,
                body: body ?? [])
        } catch {
            throw .outcomeUnknown
        }
        if reply.isSuccess {
            guard let value = try? JSON.decode(Value.self, from: reply.body) else { throw .outcomeUnknown }
            return .success(value)
        }
        return .refused(try Self.fault(in: reply))
    }

    private struct FaultBody: Decodable {
        let error: StripeFault
    }

    private static func fault(in reply: ProviderClient.Reply) throws(GatewayError) -> StripeFault {
        switch reply.status {
        case 401, 403: throw .refused("The payment gateway refuses our key.")
        case 400, 402, 404:
            // Two requests under one key: the first counts, and has to be looked up.
            guard let body = try? JSON.decode(FaultBody.self, from: reply.body), body.error.type != "idempotency_error"
            else { throw .outcomeUnknown }
            return body.error
        default: throw .outcomeUnknown
        }
    }

    private static func encode(_ form: [(String, String)]) -> String {
        form.map { "\(PercentEncoding.encode($0.0))=\(PercentEncoding.encode($0.1))" }.joined(separator: "&")
    }
}
