import Schema

/// Makes the request of a batch: its messages in their endpoint's style, signed.
struct WebhookRequestWriter: Sendable {
    private let keyring: DataKeyring
    private let secrets: SecretCache<EndpointSecrets>
    private let keys: SecretCache<WebhookSigningKey>

    init(keyring: DataKeyring) {
        self.keyring = keyring
        secrets = SecretCache(keyring: keyring)
        keys = SecretCache(keyring: keyring)
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
            request.headers += first.message.event.place
        } else {
            request = try style.batch(of: batch.deliveries.map(\.message), to: endpoint, keyring: keyring)
            request.id = Batch.id(of: batch.deliveries.map(\.id))
        }
        request.headers += secrets.headers.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        request.tls = secrets.tls
        request.secrets = secrets.headers.values.flatMap(Self.secrets)
        let headers = try request.signedHeaders(
            style: style, secrets: secrets, schemes: endpoint.settings.signatures,
            keys: endpoint.signingKeys.map { try keys.open($0) }, at: .now(),
            traceparent: first.message.event.traceparent)
        return (request, headers)
    }

    /// A header's value, and what may stand in it behind the name of a scheme: `Bearer …`. What is too short would be found
    /// everywhere.
    private static func secrets(in value: String) -> [String] {
        Set([value, value.split(separator: " ").last.map(String.init) ?? value]).filter { $0.utf8.count >= 6 }
            .sorted { $0.utf8.count > $1.utf8.count }
    }
}

extension WebhookRequest {
    /// All headers of an attempt made now: those of every style, Standard Webhooks' included, then the style's and the
    /// endpoint's own.
    func signedHeaders(
        style: any WebhookStyle.Type, secrets: EndpointSecrets, schemes: [SignatureScheme] = [.symmetric],
        keys: [WebhookSigningKey] = [], at now: Timestamp, traceparent: String?
    ) throws -> [(String, String)] {
        let seconds = now.microseconds / 1_000_000
        let signing = secrets.signing(at: now)
        let signatures = try schemes.map { scheme in
            switch scheme {
            case .symmetric: WebhookSignature.standard(id: id, seconds: seconds, body: body, secrets: signing)
            case .asymmetric: try WebhookSignature.asymmetric(id: id, seconds: seconds, body: body, keys: keys)
            }
        }
        let common = [
            ("content-type", "application/json"), ("accept", "application/json"),
            ("user-agent", "Caravan-Webhooks/1"), ("webhook-id", id), ("webhook-timestamp", "\(seconds)"),
            ("webhook-signature", signatures.joined(separator: " ")),
        ]
        let trace = traceparent.flatMap(TraceContext.init(traceparent:)).map {
            [("traceparent", $0.child().traceparent)]
        }
        let signature = style.signatureHeader.map { [($0, style.signature(of: self, at: seconds, secrets: signing))] }
        let own = Set(headers.map { $0.0.lowercased() })
        return common.filter { !own.contains($0.0) } + (trace ?? []) + (signature ?? []) + headers
    }
}

extension RecordedEvent {
    /// The headers that tell a receiver where in the life of its resource a message belongs, whatever its style: numbers
    /// are without a gap, those between two messages are of events that are not announced to it.
    fileprivate var place: [(String, String)] {
        [("caravan-resource", subject), ("caravan-sequence", "\(sequence)")]
    }
}
