#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// An address of the Internet Protocol. IPv4 in the clothes of IPv6 (`::ffff:192.0.2.1`) is IPv4.
public struct NetworkAddress: Hashable, Sendable {
    /// 4 or 16, in network order.
    public let bytes: [UInt8]

    /// Reads `192.0.2.1` or `2001:db8::1`; nil for anything else, also for ports, zones and shortened IPv4.
    public init?(_ text: String) {
        var buffer = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, text, &buffer) == 1 {
            bytes = Array(buffer.prefix(4))
        } else if inet_pton(AF_INET6, text, &buffer) == 1 {
            bytes = buffer.starts(with: Self.mappedIPv4) ? Array(buffer.suffix(4)) : buffer
        } else {
            return nil
        }
    }

    private static let mappedIPv4: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]
}

/// A block of addresses, as CIDR writes it (RFC 4632, RFC 4291, 2.3): `203.0.113.0/24`, `2001:db8::/32`.
public struct AddressRange: Hashable, Sendable, CustomStringConvertible {
    /// Bytes of an address: 4 or 16.
    private let size: Int
    /// As many bytes as the length asks for; what is missing at the end counts as 0.
    private let prefix: [UInt8]
    private let length: Int
    /// As it was written.
    public let description: String

    /// Reads a block, or an address, which is a block of one. Nil for anything else, and for a block whose address has
    /// bits beyond its length: it may be meant otherwise than it is written.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let address = NetworkAddress(String(first)) else { return nil }
        let bits = address.bytes.count * 8
        let length = parts.count == 1 ? bits : Self.length(parts[1])
        guard let length, (0...bits).contains(length) else { return nil }
        // An IPv4 address in IPv6's notation would have a length of that notation.
        guard address.bytes.count == 16 || !first.contains(":") else { return nil }
        size = address.bytes.count
        self.length = length
        prefix = address.bytes
        description = text
        let host = address.bytes.enumerated().contains { index, byte in byte & ~mask(index) != 0 }
        if host { return nil }
    }

    /// A block of IPv4 addresses that begin with these bytes, up to `length` bits.
    public static func ipv4(_ prefix: UInt8..., length: Int) -> AddressRange {
        AddressRange(size: 4, prefix: prefix, length: length)
    }

    /// A block of IPv6 addresses that begin with these bytes, up to `length` bits.
    public static func ipv6(_ prefix: UInt8..., length: Int) -> AddressRange {
        AddressRange(size: 16, prefix: prefix, length: length)
    }

    private init(size: Int, prefix: [UInt8], length: Int) {
        self.size = size
        self.prefix = prefix
        self.length = length
        description = "\(prefix)/\(length)"
    }

    /// Whether the address lies in the block; one of the other protocol version never does.
    public func contains(_ address: NetworkAddress) -> Bool { contains(address.bytes) }

    /// Whether an address of 4 or 16 bytes in network order lies in the block.
    public func contains(_ address: [UInt8]) -> Bool {
        guard address.count == size else { return false }
        return prefix.indices.allSatisfy { (address[$0] ^ prefix[$0]) & mask($0) == 0 }
    }

    /// The bits of a byte that count.
    private func mask(_ index: Int) -> UInt8 {
        UInt8(truncatingIfNeeded: 0xff00 >> max(0, min(8, length - index * 8)))
    }

    private static func length(_ text: Substring) -> Int? {
        // No sign, no leading zero: `Int` would take both.
        guard let length = Int(text), String(length) == text else { return nil }
        return length
    }
}
