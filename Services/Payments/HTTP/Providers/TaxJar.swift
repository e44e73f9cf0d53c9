import Edge
import NIOHTTP1
import Schema

/// Where TaxJar answers, and as whom.
struct TaxJarAccount: Sendable {
    var token: String
    /// Without a slash at the end.
    var url: String
}

/// TaxJar's Sales Tax API v2: computes taxes, and is told of sales and refunds.
struct TaxJar: TaxProvider, TaxReporter {
    private let client: ProviderClient

    init(_ account: TaxJarAccount) {
        client = ProviderClient(
            baseURL: account.url, authorization: "Bearer \(account.token)", timeout: Self.timeout)
    }

    /// A checkout waits for it.
    private static let timeout = Duration.seconds(5)
    /// Refunds are negative from this version on.
    private static let version = ("x-api-version", "2022-01-24")

    // MARK: Computing

    /// `POST /v2/taxes`.
    func tax(for cart: TaxCart) async throws -> ComputedTax {
        let reply = try await post("/v2/taxes", try TaxJarCart(cart))
        guard reply.isSuccess else { throw Self.error(in: reply) }
        do {
            return try JSON.decode(TaxJarTaxes.self, from: reply.body).tax.computed(in: cart.currency)
        } catch {
            throw TaxProviderError.unavailable
        }
    }

    // MARK: Reporting

    /// `POST /v2/transactions/orders` or `…/refunds`. One that was reported before is refused as a duplicate (422), which
    /// is as good.
    func report(_ report: TaxReport) async throws {
        let path = report.referenceID == nil ? "/v2/transactions/orders" : "/v2/transactions/refunds"
        let reply = try await post(path, TaxJarTransaction(report))
        guard reply.isSuccess || (reply.status == 422 && Self.detail(of: reply).contains("already imported")) else {
            throw Self.error(in: reply)
        }
    }

    // MARK: Exchange

    private func post(_ path: String, _ body: some Encodable) async throws -> ProviderClient.Reply {
        do {
            return try await client.send(
                .POST, path, contentType: "application/json", headers: [Self.version], body: try JSON.encode(body))
        } catch {
            try Task.checkCancellation()
            throw TaxProviderError.unavailable
        }
    }

    private struct Fault: Decodable {
        let detail: String?
    }

    private static func detail(of reply: ProviderClient.Reply) -> String {
        (try? JSON.decode(Fault.self, from: reply.body).detail) ?? ""
    }

    /// What is wrong with the cart is the client's to hear; all else (a wrong token, too many requests) is not.
    private static func error(in reply: ProviderClient.Reply) -> TaxProviderError {
        guard [400, 406, 422].contains(reply.status) else { return .unavailable }
        let detail = detail(of: reply)
        return .rejected(detail.isEmpty ? "The tax provider refuses this cart." : detail)
    }
}
