/// A record on its way to a topic.
public struct KafkaRecord: Sendable, Hashable {
    /// The topic's name.
    public var topic: String
    /// Decides the partition, by the same hash as the Java client's; records of one key keep their order.
    public var key: [UInt8]?
    /// The payload; `nil` is a tombstone of a compacted topic.
    public var value: [UInt8]?
    /// Metadata.
    public var headers: [KafkaHeader]
    /// Milliseconds since 1970 UTC; `nil` means now.
    public var timestamp: Int64?

    /// A record of bytes.
    public init(
        topic: String, key: [UInt8]? = nil, value: [UInt8]?, headers: [KafkaHeader] = [], timestamp: Int64? = nil
    ) {
        self.topic = topic
        self.key = key
        self.value = value
        self.headers = headers
        self.timestamp = timestamp
    }
}

/// Where a record was written.
public struct KafkaDelivery: Sendable, Hashable {
    /// The topic's name.
    public let topic: String
    /// The partition, from 0.
    public let partition: Int32
    /// The record's offset in the partition; -1 if a retry found it already written and the broker didn't say where.
    public let offset: Int64
}
