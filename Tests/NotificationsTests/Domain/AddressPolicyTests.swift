import NIOCore
import Testing

@testable import Notifications

@Suite struct AddressPolicyTests {
    static func bytes(_ text: String) throws -> [UInt8] {
        switch try SocketAddress(ipAddress: text, port: 0) {
        case .v4(let v4): withUnsafeBytes(of: v4.address) { Array($0[4..<8]) }
        case .v6(let v6): withUnsafeBytes(of: v6.address) { Array($0[8..<24]) }
        default: []
        }
    }

    @Test(arguments: [
        "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.8.8.8",
        "169.254.169.254", "169.254.0.1", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.88.99.1",
        "192.168.0.1", "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.1.1.1",
        "240.0.0.1", "255.255.255.255", "168.63.129.16",
        "::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "fe80::1", "febf::1", "fc00::1",
        "fd00:ec2::254",
        "ff02::1", "64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::", "2002:a00:1::1", "2001::1", "2001:10::1",
        "2001:db8::1", "3fff::1", "100::1", "5f00::1",
    ]) func `refuses what is not public`(address: String) throws {
        #expect(!AddressPolicy.isPublic(try Self.bytes(address)))
    }

    @Test(arguments: [
        "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.1", "100.63.255.255", "100.128.0.1", "128.0.0.1", "169.253.1.1",
        "172.15.255.255", "172.32.0.1", "192.167.255.255", "192.169.0.1", "198.17.255.255", "198.20.0.1",
        "223.255.255.255", "2606:4700::1111", "2a00:1450::1", "2001:4860:4860::8888", "2003::1",
    ]) func `lets public addresses through`(address: String) throws {
        #expect(AddressPolicy.isPublic(try Self.bytes(address)))
    }

    @Test func `the operator can allow everything`() throws {
        #expect(AddressPolicy(allowsPrivate: true).allows(try Self.bytes("127.0.0.1")))
        #expect(!AddressPolicy(allowsPrivate: false).allows(try Self.bytes("127.0.0.1")))
    }
}
