internal import FoundationEssentials
public import Kafka
public import Schema

/// CloudEvents 1.0 in the binary mode of its Kafka binding: attributes are headers, the value is the payload alone.
/// Source: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md
extension EventEnvelope {
    /// The record of this event: its key is the subject, so that the events of one aggregate stay in order.
    public var record: KafkaRecord {
        var headers = [
            KafkaHeader(name: CloudEventsHeader.specVersion, text: CloudEventsHeader.specificationVersion),
            KafkaHeader(name: CloudEventsHeader.id, text: idText),
            KafkaHeader(name: CloudEventsHeader.type, text: type),
            KafkaHeader(name: CloudEventsHeader.source, text: source),
            KafkaHeader(name: CloudEventsHeader.subject, text: subject),
            KafkaHeader(name: CloudEventsHeader.time, text: time.rfc3339),
            KafkaHeader(name: CloudEventsHeader.sequence, text: String(sequence)),
            KafkaHeader(name: CloudEventsHeader.account, text: account.description),
            KafkaHeader(name: CloudEventsHeader.contentType, text: CloudEventsHeader.json),
        ]
        if let traceparent {
            headers.append(KafkaHeader(name: CloudEventsHeader.traceParent, text: traceparent))
        }
        return KafkaRecord(topic: topic, key: Array(subject.utf8), value: payload, headers: headers)
    }

    /// The event in a message.
    /// - Throws: ``MalformedEvent`` if a header is missing or not what it should be.
    public init(_ message: KafkaMessage) throws(MalformedEvent) {
        func text(_ name: String) throws(MalformedEvent) -> String {
            // No Postgres text can hold a NUL.
            guard let value = message.header(name), !value.contains(0) else { throw MalformedEvent(header: name) }
            return String(decoding: value, as: UTF8.self)
        }
        func parsed<T>(_ name: String, _ parse: (String) -> T?) throws(MalformedEvent) -> T {
            guard let value = parse(try text(name)) else { throw MalformedEvent(header: name) }
            return value
        }
        self.init(
            id: try parsed(CloudEventsHeader.id) { UUID(uuidString: $0) },
            type: try text(CloudEventsHeader.type),
            source: try text(CloudEventsHeader.source),
            subject: try text(CloudEventsHeader.subject),
            time: try parsed(CloudEventsHeader.time) { Timestamp(rfc3339: $0) },
            sequence: try parsed(CloudEventsHeader.sequence) { Int64($0) },
            account: try parsed(CloudEventsHeader.account) { ID<Account>($0) },
            // A malformed trace is no reason to refuse the event.
            traceparent: try? text(CloudEventsHeader.traceParent),
            topic: message.topic,
            payload: message.value ?? [])
    }
}

/// A message whose headers are not those of an event.
public struct MalformedEvent: Error, Hashable, CustomStringConvertible {
    /// The first header that is missing or wrong.
    public let header: String

    public var description: String { "the header \(header) is missing or malformed" }
}
