import Schema

/// Makes one attempt at a request: renders its messages in their endpoint's style, signs it, sends it.
struct WebhookSender: Sendable {
    let transport: WebhookTransport
    let writer: WebhookRequestWriter

    /// What came of one request.
    struct Result: Sendable {
        /// Of the request as a whole.
        let verdict: DeliveryOutcome.Verdict
        /// Of each delivery in it, in their order.
        let outcomes: [DeliveryOutcome]
    }

    init(transport: WebhookTransport, keyring: DataKeyring) {
        self.transport = transport
        writer = WebhookRequestWriter(keyring: keyring)
    }

    /// The outcome of one attempt. Throws only when cancelled.
    func attempt(_ batch: Batch) async throws -> Result {
        let request: (WebhookRequest, [(String, String)])
        do {
            request = try writer.write(batch)
        } catch {
            return try await attemptWithoutFaulty(batch, error)
        }
        var outcome = try await transport.send(request.0, headers: request.1)
        if WebhookStyles.style(batch.endpoint.settings.style)?.retriesGone == true { outcome = outcome.retryingGone }
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
                _ = try writer.write(Batch(endpoint: batch.endpoint, deliveries: [delivery]))
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
        if let error = error as? UnknownMessageType { return DeliveryOutcome(error: error.description, isUnsent: true) }
        // The error's text might show what could not be read.
        return DeliveryOutcome(error: "The message could not be made: \(type(of: error)).", isUnsent: true)
    }
}
