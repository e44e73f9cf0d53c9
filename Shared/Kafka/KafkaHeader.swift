/// A header of a record: metadata that consumers can read without knowing the value's format.
public struct KafkaHeader: Sendable, Hashable {
    /// Names may repeat; their order is kept.
    public var name: String
    /// Any bytes.
    public var value: [UInt8]

    /// A header of any bytes.
    public init(name: String, value: [UInt8]) {
        self.name = name
        self.value = value
    }

    /// A header of UTF-8 text.
    public init(name: String, text: String) {
        self.init(name: name, value: Array(text.utf8))
    }

    /// The value as text; bytes that are not UTF-8 are replaced by U+FFFD.
    public var text: String { String(decoding: value, as: UTF8.self) }
}
