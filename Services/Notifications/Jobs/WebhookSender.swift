import Schema

/// Makes one attempt at a request: renders its messages in their endpoint's style, signs it, sends it.
struct WebhookSender: Sendable {
    let transport: WebhookTransport
    let keyring: DataKeyring
    let secrets: SecretCache

    /// What came of one request.
    struct Result: Sendable {
        /// Of the request as a whole.
        let verdict: DeliveryOutcome.Verdict
        /// Of each delivery in it, in their order.
        let outcomes: [DeliveryOutcome]
    }

    init(transport: WebhookTransport, keyring: DataKeyring) {
        self.transport = transport
        self.keyring = keyring
        secrets = SecretCache(keyring: keyring)
    }

    /// The outcome of one attempt. Throws only when cancelled.
    func attempt(_ batch: Batch) async throws -> Result {
        let request: (WebhookRequest, [(String, String)])
        do {
            request = try prepare(batch)
        } catch {
            return try await attemptWithoutFaulty(batch, error)
        }
        let outcome = try await transport.send(request.0, headers: request.1)
        return Result(verdict: outcome.verdict, outcomes: outcomes(outcome, of: batch, to: request.0))
    }

    /// Each delivery's part of a batch's outcome.
    private func outcomes(_ whole: DeliveryOutcome, of batch: Batch, to request: WebhookRequest) -> [DeliveryOutcome] {
        var outcomes = Array(repeating: whole, count: batch.deliveries.count)
        guard whole.verdict == .delivered, !request.records.isEmpty,
            let style = WebhookStyles.style(batch.endpoint.settings.style),
            let answer = try? JSONValue(parsing: whole.answer)
        else { return outcomes }
        for (index, reason) in style.refusals(in: answer, to: request) { outcomes[index] = whole.refused(reason) }
        return outcomes
    }

    /// What cannot be made into a message fails alone; the rest of its batch is sent.
    private func attemptWithoutFaulty(_ batch: Batch, _ error: any Error) async throws -> Result {
        guard batch.deliveries.count > 1 else {
            let outcome = Self.outcome(error)
            return Result(verdict: outcome.verdict, outcomes: [outcome])
        }
        var faults: [WebhookDeliveryID: DeliveryOutcome] = [:]
        for delivery in batch.deliveries {
            do {
                _ = try prepare(Batch(endpoint: batch.endpoint, deliveries: [delivery]))
            } catch {
                faults[delivery.id] = Self.outcome(error)
            }
        }
        let rest = batch.deliveries.filter { faults[$0.id] == nil }
        guard !faults.isEmpty, !rest.isEmpty else {
            let outcome = Self.outcome(error)
            return Result(
                verdict: outcome.verdict, outcomes: batch.deliveries.map { faults[$0.id] ?? outcome })
        }
        let sent = try await attempt(Batch(endpoint: batch.endpoint, deliveries: rest))
        var outcomes = sent.outcomes.makeIterator()
        return Result(
            verdict: sent.verdict,
            outcomes: batch.deliveries.map { faults[$0.id] ?? outcomes.next() ?? Self.outcome(error) })
    }

    private static func outcome(_ error: any Error) -> DeliveryOutcome {
        if let error = error as? UnknownMessageType { return DeliveryOutcome(error: error.description) }
        // The error's text might show what could not be read.
        return DeliveryOutcome(error: "The message could not be made: \(type(of: error)).")
    }

    private func prepare(_ batch: Batch) throws -> (WebhookRequest, [(String, String)]) {
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
