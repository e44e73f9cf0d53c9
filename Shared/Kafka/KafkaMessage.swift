/// A record read from a topic.
public struct KafkaMessage: Sendable, Hashable {
    /// The topic's name.
    public let topic: String
    /// The partition, from 0.
    public let partition: Int32
    /// The place in the partition.
    public let offset: Int64
    /// The record's key.
    public let key: [UInt8]?
    /// The payload; `nil` is a tombstone.
    public let value: [UInt8]?
    /// Metadata, in the producer's order.
    public let headers: [KafkaHeader]
    /// Milliseconds since 1970 UTC, or -1 if unknown.
    public let timestamp: Int64
    /// The client incarnation that read it: offsets of another cluster must never be committed to this one.
    let session: Int

    /// A message as a consumer would return it, for tests of what handles messages.
    public init(
        topic: String, partition: Int32 = 0, offset: Int64 = 0, key: [UInt8]? = nil, value: [UInt8]?,
        headers: [KafkaHeader] = [], timestamp: Int64 = -1
    ) {
        self.init(
            topic: topic, partition: partition, offset: offset, key: key, value: value, headers: headers,
            timestamp: timestamp, session: 0)
    }

    init(
        topic: String, partition: Int32, offset: Int64, key: [UInt8]?, value: [UInt8]?, headers: [KafkaHeader],
        timestamp: Int64, session: Int
    ) {
        self.topic = topic
        self.partition = partition
        self.offset = offset
        self.key = key
        self.value = value
        self.headers = headers
        self.timestamp = timestamp
        self.session = session
    }

    /// The value of the first header of that name.
    public func header(_ name: String) -> [UInt8]? {
        headers.first { $0.name == name }?.value
    }
}
