/// The containers through which a value tells a ``JSONValueEncoder`` what it consists of.
struct JSONKeyedContainer<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let encoder: JSONValueEncoder
    var codingPath: [any CodingKey] { encoder.codingPath }

    private var text: JSONText { encoder.text }

    func encodeNil(forKey key: Key) {
        let place = text.begin(key.stringValue)
        text.write(verbatim: "null")
        text.end(place)
    }

    func encode(_ value: Bool, forKey key: Key) {
        let place = text.begin(key.stringValue)
        text.write(verbatim: value ? "true" : "false")
        text.end(place)
    }

    func encode(_ value: String, forKey key: Key) {
        let place = text.begin(key.stringValue)
        text.write(value)
        text.end(place)
    }

    func encode(_ value: Int, forKey key: Key) { integer(value, key) }
    func encode(_ value: Int8, forKey key: Key) { integer(value, key) }
    func encode(_ value: Int16, forKey key: Key) { integer(value, key) }
    func encode(_ value: Int32, forKey key: Key) { integer(value, key) }
    func encode(_ value: Int64, forKey key: Key) { integer(value, key) }
    func encode(_ value: UInt, forKey key: Key) { integer(value, key) }
    func encode(_ value: UInt8, forKey key: Key) { integer(value, key) }
    func encode(_ value: UInt16, forKey key: Key) { integer(value, key) }
    func encode(_ value: UInt32, forKey key: Key) { integer(value, key) }
    func encode(_ value: UInt64, forKey key: Key) { integer(value, key) }
    func encode(_ value: Double, forKey key: Key) throws { try add(value, key) }
    func encode(_ value: Float, forKey key: Key) throws { try add(value, key) }
    func encode<T: Encodable>(_ value: T, forKey key: Key) throws { try add(value, key) }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type, forKey key: Key
    ) -> KeyedEncodingContainer<NestedKey> {
        nested(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer { nested(key).unkeyedContainer() }

    func superEncoder() -> any Encoder { nested(JSONKey(name: "super")) }
    func superEncoder(forKey key: Key) -> any Encoder { nested(key) }

    private func integer(_ value: some FixedWidthInteger, _ key: Key) {
        let place = text.begin(key.stringValue)
        text.write(number: String(value))
        text.end(place)
    }

    private func add(_ value: some Encodable, _ key: Key) throws {
        try encoder.add(text.begin(key.stringValue), key, value)
    }

    private func nested(_ key: some CodingKey) -> JSONValueEncoder {
        encoder.nested(text.begin(key.stringValue), key)
    }
}

struct JSONUnkeyedContainer: UnkeyedEncodingContainer {
    let encoder: JSONValueEncoder
    var codingPath: [any CodingKey] { encoder.codingPath }
    var count: Int { encoder.count }

    private var text: JSONText { encoder.text }

    func encodeNil() {
        let place = text.begin()
        text.write(verbatim: "null")
        text.end(place)
    }

    func encode<T: Encodable>(_ value: T) throws { try encoder.add(text.begin(), JSONKey(index: count), value) }

    func nestedContainer<NestedKey: CodingKey>(keyedBy type: NestedKey.Type) -> KeyedEncodingContainer<NestedKey> {
        nested().container(keyedBy: type)
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { nested().unkeyedContainer() }
    func superEncoder() -> any Encoder { nested() }

    private func nested() -> JSONValueEncoder { encoder.nested(text.begin(), JSONKey(index: count)) }
}

struct JSONSingleValueContainer: SingleValueEncodingContainer {
    let encoder: JSONValueEncoder
    var codingPath: [any CodingKey] { encoder.codingPath }

    func encodeNil() { encoder.writeNil() }
    func encode(_ value: Bool) { encoder.write(value) }
    func encode(_ value: String) { encoder.write(value) }
    func encode(_ value: Double) throws { try encoder.write(value) }
    func encode(_ value: Float) throws { try encoder.write(value) }
    func encode(_ value: Int) { encoder.write(value) }
    func encode(_ value: Int8) { encoder.write(value) }
    func encode(_ value: Int16) { encoder.write(value) }
    func encode(_ value: Int32) { encoder.write(value) }
    func encode(_ value: Int64) { encoder.write(value) }
    func encode(_ value: UInt) { encoder.write(value) }
    func encode(_ value: UInt8) { encoder.write(value) }
    func encode(_ value: UInt16) { encoder.write(value) }
    func encode(_ value: UInt32) { encoder.write(value) }
    func encode(_ value: UInt64) { encoder.write(value) }
    func encode<T: Encodable>(_ value: T) throws { try encoder.write(encodable: value) }
}

/// The place of something that its type has no key for.
private struct JSONKey: CodingKey {
    let stringValue: String
    let intValue: Int?

    init(name: String) {
        stringValue = name
        intValue = nil
    }

    init(index: Int) {
        stringValue = String(index)
        intValue = index
    }

    init?(stringValue: String) { self.init(name: stringValue) }
    init?(intValue: Int) { self.init(index: intValue) }
}
