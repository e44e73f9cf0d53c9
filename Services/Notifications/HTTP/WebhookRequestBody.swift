import Edge
import Schema

/// The request of a delivery as it is sent, for the management API: made anew from the event, so it is as its endpoint
/// would get it now. Values of headers that prove something are masked.
struct WebhookRequestBody: Encodable, Sendable {
    let method: String
    let url: String
    let headers: [String: String]
    let body: String

    private static let shownHeaders: Set<String> = [
        "content-type", "accept", "user-agent", "webhook-id", "caravan-resource", "caravan-sequence",
    ]

    /// Fails for a message that cannot be made (any more). A record of a batch shows as a batch of its own.
    init?(_ delivery: ClaimedDelivery, keyring: DataKeyring) {
        let sender = WebhookRequestWriter(keyring: keyring)
        guard
            let (request, headers) = try? sender.write(Batch(endpoint: delivery.endpoint, deliveries: [delivery]))
        else { return nil }
        method = request.method.rawValue
        url = request.url
        self.headers = Dictionary(
            headers.map { name, value in (name.lowercased(), Self.shownHeaders.contains(name) ? value : "…") },
            uniquingKeysWith: { first, _ in first })
        body = String(decoding: request.body, as: UTF8.self)
    }
}
