import Schema

/// Makes the request of a batch: its messages in their endpoint's style, signed.
struct WebhookRequestWriter: Sendable {
    private let keyring: DataKeyring
    private let secrets: SecretCache

    init(keyring: DataKeyring) {
        self.keyring = keyring
        secrets = SecretCache(keyring: keyring)
    }

    /// The request and all its headers.
    func write(_ batch: Batch) throws -> (WebhookRequest, [(String, String)]) {
        let endpoint = batch.endpoint
        guard let first = batch.deliveries.first, let style = WebhookStyles.style(endpoint.settings.style) else {
            throw UnknownMessageType(type: batch.deliveries.first?.message.type ?? "")
        }
        let secrets = try secrets.open(endpoint.secrets)
        var request: WebhookRequest
        if endpoint.settings.batchSize == nil {
            request = try style.request(for: first.message, to: endpoint, keyring: keyring)
        } else {
            request = try style.batch(of: batch.deliveries.map(\.message), to: endpoint, keyring: keyring)
            request.id = Batch.id(of: batch.deliveries.map(\.id))
        }
        request.headers += secrets.headers.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        return (
            request,
            request.signedHeaders(
                style: style, secrets: secrets, at: .now(), traceparent: first.message.event.traceparent)
        )
    }
}

extension WebhookRequest {
    /// All headers of an attempt made now: those of every style, Standard Webhooks' included, then the style's and the
    /// endpoint's own.
    func signedHeaders(
        style: any WebhookStyle.Type, secrets: EndpointSecrets, at now: Timestamp, traceparent: String?
    ) -> [(String, String)] {
        let seconds = now.microseconds / 1_000_000
        let signing = secrets.signing(at: now)
        let common = [
            ("content-type", "application/json"), ("accept", "application/json"),
            ("user-agent", "Caravan-Webhooks/1"), ("webhook-id", id), ("webhook-timestamp", "\(seconds)"),
            ("webhook-signature", WebhookSignature.standard(id: id, seconds: seconds, body: body, secrets: signing)),
        ]
        let trace = traceparent.flatMap(TraceContext.init(traceparent:)).map {
            [("traceparent", $0.child().traceparent)]
        }
        let own = Set(headers.map { $0.0.lowercased() })
        return common.filter { !own.contains($0.0) } + (trace ?? [])
            + style.signature(of: self, at: seconds, secrets: signing) + headers
    }
}
