import Synchronization
import TestKit
import Testing

@testable import Notifications

/// Ways into the network that webhooks are sent from, each as an endpoint's owner might try it.
@Suite struct HostileURLTests {
    /// Refused as they are written, or for what the system's resolver makes of them.
    static let urls = [
        // Loopback and "this host", in every notation that C libraries read.
        "https://127.0.0.1/", "https://127.0.0.1:6379/", "https://127.255.255.254/", "https://127.1/",
        "https://127.0.1/", "https://0/", "https://0.0.0.0/", "https://0.0.0.0:80/", "https://2130706433/",
        "https://017700000001/", "https://0177.0.0.1/", "https://00000177.0.0.1/", "https://0x7f000001/",
        "https://0x7f.0.0.1/", "https://0x7f.1/", "https://0X7F.0x0.0.1/", "https://127.0.0.1./",
        // Names of this host.
        "https://localhost/", "https://LOCALHOST/", "https://localhost./", "https://localhost:8443/",
        "https://localhost.localdomain/", "https://ip6-localhost/", "https://api.localhost/",
        // Private, shared, link-local, reserved.
        "https://10.0.0.1/", "https://10.255.255.255/", "https://167772161/", "https://0xa.1/", "https://012.0.0.1/",
        "https://172.16.0.1/", "https://172.31.255.255/", "https://192.168.0.1/", "https://192.168.1/",
        "https://3232235777/", "https://100.64.0.1/", "https://169.254.0.1/", "https://198.18.0.1/",
        "https://192.0.2.1/", "https://224.0.0.1/", "https://240.0.0.1/", "https://255.255.255.255/",
        // Metadata services.
        "https://169.254.169.254/latest/meta-data/", "https://2852039166/", "https://0xa9fea9fe/",
        "https://0251.0376.0251.0376/", "https://169.254.43518/", "https://100.100.100.200/", "https://192.0.0.192/",
        "https://168.63.129.16/", "https://[fd00:ec2::254]/", "https://metadata.google.internal/",
        // IPv6, and IPv4 in its disguises: mapped, compatible, translated, NAT64, 6to4, Teredo.
        "https://[::1]/", "https://[::]/", "https://[0:0:0:0:0:0:0:1]/", "https://[::1]:8443/", "https://[fe80::1]/",
        "https://[fc00::1]/", "https://[fec0::1]/", "https://[ff02::1]/", "https://[2001:db8::1]/",
        "https://[::ffff:127.0.0.1]/", "https://[::ffff:7f00:1]/", "https://[0:0:0:0:0:ffff:10.0.0.1]/",
        "https://[::127.0.0.1]/", "https://[::ffff:0:127.0.0.1]/", "https://[64:ff9b::127.0.0.1]/",
        "https://[64:ff9b::a9fe:a9fe]/", "https://[64:ff9b::a00:1]/", "https://[64:ff9b:1::7f00:1]/",
        "https://[2002:7f00:1::]/", "https://[2002:a9fe:a9fe::1]/", "https://[2002:c0a8:1::1]/",
        "https://[2001:0:7f00:1::]/", "https://[fe80::1%25lo]/", "https://[fe80::1%lo]/",
        // What one reader takes for the host, and another does not.
        "https://shop.example@127.0.0.1/", "https://shop.example:443@127.0.0.1/", "https://:@127.0.0.1/",
        "https://@127.0.0.1/", "https://127.0.0.1@1.1.1.1/", "https://1.1.1.1\\@127.0.0.1/",
        "https://1.1.1.1\\.shop.example/", "https://127.0.0.1\\@1.1.1.1/", "https://1.1.1.1%2f@127.0.0.1/",
        "https://1.1.1.1%23@127.0.0.1/", "https://1.1.1.1#@127.0.0.1/", "https://127%2e0%2e0%2e1/",
        "https://%31%32%37.0.0.1/", "https://lo%63alhost/", "https://127.0.0.1%00.shop.example/",
        "https://1.1.1.1 @127.0.0.1/", "https://127.0.0.1\t/", "https://1.1.1.1\r\nHost: 127.0.0.1/",
        "https://127。0。0。1/", "https://①②⑦.0.0.1/", "https://ⓛocalhost/", "https://[::1/", "https://::1/",
        "https://[127.0.0.1]/", "https://1.1.1.1:80:443/", "https://1.1.1.1:/", "https://1.1.1.1:99999/",
        // No host, or no HTTPS.
        "https:127.0.0.1/", "https:/127.0.0.1/", "https:///127.0.0.1/", "https://", "https:\\\\127.0.0.1\\",
        "//127.0.0.1/", "127.0.0.1", "http://1.1.1.1/", "ftp://1.1.1.1/", "file:///etc/passwd", "gopher://1.1.1.1/",
        "dict://1.1.1.1:11211/", "data:text/plain,hello", "unix:///var/run/docker.sock",
        "http+unix://%2Fvar%2Frun%2Fdocker.sock/", "https+unix://%2Fvar%2Frun%2Fdocker.sock/",
    ]

    @Test func `the table is as long as it should be`() {
        #expect(Set(Self.urls).count == Self.urls.count && Self.urls.count >= 60)
    }

    @Test(arguments: urls) func `refuses`(url: String) async throws {
        let destinations = try Destinations(settings: TransportSettings())
        await #expect(throws: RefusedDestination.self) { _ = try await destinations.lease(url, within: .seconds(20)) }
        await destinations.shutdown()
    }

    /// Names that anyone can have, whose answers lead inside.
    @Test(arguments: [
        "127.0.0.1", "10.0.0.1", "172.20.0.1", "192.168.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "168.63.129.16", "::1", "::", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1",
        "64:ff9b:1::a00:1", "2002:7f00:1::", "2001:0:7f00:1::", "fe80::1", "fd00:ec2::254", "fec0::1", "ff02::1",
        "100::1",
    ]) func `refuses a name that leads to`(address: String) async throws {
        let resolver = Resolver { _ in try Resolver.Address(address) }
        let destinations = try Destinations(settings: TransportSettings(), resolver: resolver)
        await #expect(throws: RefusedDestination.self) {
            _ = try await destinations.lease("https://hooks.shop.example/", within: .seconds(10))
        }
        await destinations.shutdown()
    }

    @Test func `a name that leads elsewhere after it was checked is checked again`() async throws {
        let isInside = Mutex(false)
        let resolver = Resolver(lifetime: .zero) { _ in
            try Resolver.Address(isInside.withLock { $0 } ? "169.254.169.254" : "1.1.1.1")
        }
        let destinations = try Destinations(settings: TransportSettings(), resolver: resolver)
        let lease = try await destinations.lease("https://hooks.shop.example/", within: .seconds(10))
        destinations.giveBack(lease)
        isInside.withLock { $0 = true }
        try await eventually("the new address is refused") {
            do {
                destinations.giveBack(try await destinations.lease("https://hooks.shop.example/", within: .seconds(10)))
                return false
            } catch is RefusedDestination {
                return true
            }
        }
        await destinations.shutdown()
    }

    /// The name means nothing to the system, so whoever asked again, between check and connection, would not get through.
    @Test(arguments: ["rebind.invalid", "REBIND.Invalid", "rebind.invalid."])
    func `the connection goes to the address that was checked`(host: String) async throws {
        let receiver = try await WebhookReceiver.start()
        let questions = Mutex(0)
        let resolver = Resolver { _ in
            questions.withLock { $0 += 1 }
            return try Resolver.Address("127.0.0.1")
        }
        var settings = TransportSettings()
        settings.allowsPrivateAddresses = true
        let transport = try WebhookTransport(settings: settings, timeout: .seconds(10), resolver: resolver)
        let url = "http://\(host):\(receiver.port)/hook"
        let outcome = try await transport.send(WebhookRequest(id: "1", url: url, body: []), headers: [])
        #expect(outcome.verdict == .delivered, "\(outcome)")
        #expect(receiver.deliveries.count == 1 && questions.withLock { $0 } == 1)
        await transport.shutdown()
        await receiver.stop()
    }

    @Test(arguments: [301, 302, 303, 307, 308])
    func `an answer that leads elsewhere is a failure`(status: Int) async throws {
        let inside = try await WebhookReceiver.start()
        let receiver = try await WebhookReceiver.start { _ in
            .init(status, headers: ["Location": inside.url("/latest/meta-data/")])
        }
        var settings = TransportSettings()
        settings.allowsPrivateAddresses = true
        let transport = try WebhookTransport(settings: settings, timeout: .seconds(10))
        let outcome = try await transport.send(
            WebhookRequest(id: "1", url: receiver.url("/hook"), body: []), headers: [])
        #expect(outcome.status == status && outcome.verdict == .failed(retryAfter: nil))
        #expect(inside.deliveries.isEmpty)
        await transport.shutdown()
        await receiver.stop()
        await inside.stop()
    }
}

extension Resolver.Address {
    /// An address as a name server would give it.
    fileprivate init(_ text: String) throws {
        self.init(bytes: try AddressPolicyTests.bytes(text), text: text)
    }
}
