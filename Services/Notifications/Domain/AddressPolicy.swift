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

    private static let specialIPv4 = [
        Block([0], 8),  // this network
        Block([10], 8), Block([172, 16], 12), Block([192, 168], 16),  // private
        Block([100, 64], 10),  // carrier-grade NAT
        Block([127], 8),  // loopback
        Block([169, 254], 16),  // link-local, the clouds' metadata services
        Block([192, 0, 0], 24),  // IETF protocols
        Block([192, 0, 2], 24), Block([198, 51, 100], 24), Block([203, 0, 113], 24),  // documentation
        Block([192, 88, 99], 24),  // 6to4 relays
        Block([198, 18], 15),  // benchmarks
        Block([224], 3),  // multicast, reserved, broadcast
        Block([168, 63, 129, 16], 32),  // Azure's metadata service, though the address is public
    ]
    private static let globalUnicast = Block([0x20], 3)
    private static let specialIPv6 = [
        Block([0x20, 0x01, 0x00], 23),  // IETF protocols, Teredo, ORCHID
        Block([0x20, 0x01, 0x0d, 0xb8], 32), Block([0x3f, 0xff, 0x00], 20),  // documentation
        Block([0x20, 0x02], 16),  // 6to4: any IPv4 address in disguise
    ]

    /// A CIDR block.
    private struct Block {
        let prefix: [UInt8]
        let length: Int

        init(_ prefix: [UInt8], _ length: Int) {
            self.prefix = prefix
            self.length = length
        }

        func contains(_ address: [UInt8]) -> Bool {
            for (index, byte) in prefix.enumerated() {
                let mask = UInt8(truncatingIfNeeded: 0xff00 >> max(0, min(8, length - index * 8)))
                if (address[index] ^ byte) & mask != 0 { return false }
            }
            return true
        }
    }
}
