import Schema

/// Which network addresses webhooks may go to. Everything that is not public unicast is refused, unless the operator
/// allows it: a webhook must not become a way into the network that it is sent from.
struct AddressPolicy: Sendable {
    let allowsPrivate: Bool

    /// - Parameter address: 4 or 16 bytes in network order.
    func allows(_ address: [UInt8]) -> Bool {
        allowsPrivate || Self.isPublic(address)
    }

    /// Whether an address belongs to the public unicast space (IANA's special-purpose registries, RFC 6890).
    static func isPublic(_ address: [UInt8]) -> Bool {
        switch address.count {
        case 4: !specialIPv4.contains { $0.contains(address) }
        // Outside 2000::/3 lie loopback, link-local, unique local, multicast, mapped IPv4 and NAT64.
        case 16: globalUnicast.contains(address) && !specialIPv6.contains { $0.contains(address) }
        default: false
        }
    }

    private static let specialIPv4: [AddressRange] = [
        .ipv4(0, length: 8),  // this network
        .ipv4(10, length: 8), .ipv4(172, 16, length: 12), .ipv4(192, 168, length: 16),  // private
        .ipv4(100, 64, length: 10),  // carrier-grade NAT
        .ipv4(127, length: 8),  // loopback
        .ipv4(169, 254, length: 16),  // link-local, the clouds' metadata services
        .ipv4(192, 0, 0, length: 24),  // IETF protocols
        .ipv4(192, 0, 2, length: 24), .ipv4(198, 51, 100, length: 24), .ipv4(203, 0, 113, length: 24),  // documentation
        .ipv4(192, 88, 99, length: 24),  // 6to4 relays
        .ipv4(198, 18, length: 15),  // benchmarks
        .ipv4(224, length: 3),  // multicast, reserved, broadcast
        .ipv4(168, 63, 129, 16, length: 32),  // Azure's metadata service, though the address is public
    ]
    private static let globalUnicast = AddressRange.ipv6(0x20, length: 3)
    private static let specialIPv6: [AddressRange] = [
        .ipv6(0x20, 0x01, 0x00, length: 23),  // IETF protocols, Teredo, ORCHID
        .ipv6(0x20, 0x01, 0x0d, 0xb8, length: 32), .ipv6(0x3f, 0xff, 0x00, length: 20),  // documentation
        .ipv6(0x20, 0x02, length: 16),  // 6to4: any IPv4 address in disguise
    ]
}
