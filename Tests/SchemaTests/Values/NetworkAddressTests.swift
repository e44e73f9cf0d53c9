import Schema
import Testing

@Suite struct NetworkAddressTests {
    @Test(
        arguments: [
            ("192.0.2.1", [192, 0, 2, 1]), ("::ffff:192.0.2.1", [192, 0, 2, 1]), ("::FFFF:c000:201", [192, 0, 2, 1]),
            ("::1", [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]),
            ("2001:db8::ff", [0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff]),
        ] as [(String, [UInt8])])
    func readsAddresses(_ text: String, _ bytes: [UInt8]) {
        #expect(NetworkAddress(text)?.bytes == bytes)
    }

    @Test(arguments: [
        "", " ", "localhost", "127.1", "2130706433", "0x7f.0.0.1", "192.0.2.1:80", "[::1]", "fe80::1%eth0",
        "1.2.3.4/32",
        "256.0.0.1", "1.2.3", "::1::",
    ])
    func readsNothingElse(_ text: String) {
        #expect(NetworkAddress(text) == nil)
    }

    @Test(
        arguments: [
            (
                "203.0.113.0/24", ["203.0.113.0", "203.0.113.255", "::ffff:203.0.113.9"],
                ["203.0.112.255", "203.0.114.0", "::1"]
            ),
            ("203.0.113.128/25", ["203.0.113.128"], ["203.0.113.127"]),
            ("203.0.113.7", ["203.0.113.7"], ["203.0.113.6", "203.0.113.8"]),
            ("0.0.0.0/0", ["0.0.0.0", "255.255.255.255"], ["::1", "2001:db8::1"]),
            ("2001:db8::/32", ["2001:db8::1", "2001:db8:ffff::"], ["2001:db9::1", "203.0.113.7"]),
            ("2001:db8::8/125", ["2001:db8::8", "2001:db8::f"], ["2001:db8::7", "2001:db8::10"]),
            ("::/0", ["::1", "2001:db8::1"], ["203.0.113.7"]),
        ] as [(String, [String], [String])])
    func containsWhatLiesInside(_ range: String, _ inside: [String], _ outside: [String]) throws {
        let range = try #require(AddressRange(range))
        for text in inside { #expect(range.contains(try #require(NetworkAddress(text))), "\(text)") }
        for text in outside { #expect(!range.contains(try #require(NetworkAddress(text))), "\(text)") }
        #expect(AddressRange(range.description) == range)
    }

    @Test(arguments: [
        "", "/24", "203.0.113.0/", "203.0.113.0/33", "203.0.113.0/-1", "203.0.113.0/+8", "203.0.113.0/024",
        "203.0.113.0/24/24", "203.0.113.7/24", "2001:db8::1/32", "2001:db8::/129", "::ffff:203.0.113.0/120",
        "shop.example/24", "203.0.113.0 /24", "*",
    ])
    func refusesWhatIsNoRange(_ text: String) {
        #expect(AddressRange(text) == nil)
    }
}
