import TestKit
import Testing

@testable import Notifications

/// Where webhooks may not go, tried with the real resolver.
@Suite struct DestinationsTests {
    @Test(arguments: [
        "https://127.0.0.1/", "https://localhost/", "https://127.1/", "https://0x7f.0.0.1/", "https://2130706433/",
        "https://0177.0.0.1/", "https://0/", "https://[::1]/", "https://[::ffff:127.0.0.1]/", "https://[::]/",
        "https://169.254.169.254/latest/meta-data/", "https://[fe80::1]/", "https://[fd00:ec2::254]/",
        "https://10.0.0.1/", "https://192.168.1.1/", "https://[64:ff9b::a00:1]/", "https://[2002:a00:1::]/",
        "https://nowhere.invalid/", "http://1.1.1.1/", "https://127.0.0.1:6379/",
    ]) func `refuses`(url: String) async throws {
        let destinations = try Destinations(settings: TransportSettings())
        await #expect(throws: RefusedDestination.self) { _ = try await destinations.lease(url, within: .seconds(10)) }
        await destinations.shutdown()
    }

    @Test func `a refused destination is an outcome, not an attempt to connect`() async throws {
        let receiver = try await WebhookReceiver.start()
        let transport = try WebhookTransport(settings: TransportSettings(), timeout: .seconds(5))
        let outcome = try await transport.send(
            WebhookRequest(id: "1", url: receiver.url("/hook"), body: []), headers: [])
        #expect(outcome.verdict == .failed(retryAfter: nil))
        #expect(outcome.status == nil)
        #expect(receiver.deliveries.isEmpty)
        await transport.shutdown()
        await receiver.stop()
    }

    @Test func `redirects are not followed`() async throws {
        let receiver = try await WebhookReceiver.start { delivery in
            delivery.path == "/hook" ? .init(307, headers: ["Location": "/elsewhere"]) : .init(200)
        }
        var settings = TransportSettings()
        settings.allowsPrivateAddresses = true
        let transport = try WebhookTransport(settings: settings, timeout: .seconds(5))
        let outcome = try await transport.send(
            WebhookRequest(id: "1", url: receiver.url("/hook"), body: []), headers: [])
        #expect(outcome.status == 307)
        #expect(outcome.verdict == .failed(retryAfter: nil))
        #expect(receiver.deliveries.map(\.path) == ["/hook"])
        await transport.shutdown()
        await receiver.stop()
    }

    @Test func `one client serves a host again and again`() async throws {
        var settings = TransportSettings()
        settings.allowsPrivateAddresses = true
        let destinations = try Destinations(settings: settings)
        let first = try await destinations.lease("http://127.0.0.1:8000/a", within: .seconds(5))
        let second = try await destinations.lease("http://127.0.0.1:9000/b", within: .seconds(5))
        #expect(first.client === second.client)
        destinations.giveBack(first)
        destinations.giveBack(second)
        await destinations.shutdown()
    }
}
