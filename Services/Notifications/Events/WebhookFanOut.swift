import Messaging
import Schema

/// Records an event and turns it into deliveries to the endpoints that subscribe to it. All events are handled alike: what is announced
/// to whom is the styles' data.
struct WebhookFanOut<Payload: Event>: EventHandler {
    private let store: DeliveryStore
    private let partitions: LogPartitions
    private let messages = WebhookStyles.messages(for: Payload.self)

    init(store: DeliveryStore, partitions: LogPartitions) {
        self.store = store
        self.partitions = partitions
    }

    func handle(_ event: Received<Payload>, in transaction: Transaction) async throws {
        try await partitions.cover()
        store.record(RecordedEvent(event.envelope), messages: messages, in: transaction)
    }
}

/// One handler an event of the log.
func webhookFanOuts(store: DeliveryStore, partitions: LogPartitions) -> [any EventHandler] {
    func handler<Payload: Event>(_ event: Payload.Type) -> any EventHandler {
        WebhookFanOut<Payload>(store: store, partitions: partitions)
    }
    return WebhookStyles.events.filter { $0 != WebhookPinged.self }.map { handler($0) }
}

extension RecordedEvent {
    init(_ envelope: EventEnvelope) {
        self.init(
            id: WebhookEventID(uuid: envelope.id), account: envelope.account, type: envelope.type,
            subject: envelope.subject,
            sequence: envelope.sequence, time: envelope.time, traceparent: envelope.traceparent,
            payload: envelope.payload)
    }
}
