import Schema

/// Makes one attempt at a delivery: renders the message in its endpoint's style, signs it, sends it.
struct WebhookSender: Sendable {
    let transport: WebhookTransport
    let keyring: DataKeyring
    let secrets: SecretCache

    init(transport: WebhookTransport, keyring: DataKeyring) {
        self.transport = transport
        self.keyring = keyring
        secrets = SecretCache(keyring: keyring)
    }

    /// The outcome of one attempt. Throws only when cancelled.
    func attempt(_ delivery: ClaimedDelivery) async throws -> DeliveryOutcome {
        let request: WebhookRequest
        let headers: [(String, String)]
        do {
            (request, headers) = try prepare(delivery)
        } catch let error as UnknownMessageType {
            return DeliveryOutcome(error: error.description)
        } catch {
            // The error's text might show what could not be read.
            return DeliveryOutcome(error: "The message could not be made: \(type(of: error)).")
        }
        return try await transport.send(request, headers: headers)
    }

    private func prepare(_ delivery: ClaimedDelivery) throws -> (WebhookRequest, [(String, String)]) {
        let endpoint = delivery.endpoint
        guard let style = WebhookStyles.style(endpoint.settings.style) else {
            throw UnknownMessageType(type: delivery.message.type)
        }
        let secrets = try secrets.open(endpoint.secrets)
        var request = try style.request(for: delivery.message, to: endpoint, keyring: keyring)
        request.headers += secrets.headers.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        return (
            request,
            request.signedHeaders(
                style: style, secrets: secrets, at: .now(), traceparent: delivery.message.event.traceparent)
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
