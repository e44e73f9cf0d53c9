import Dispatch
import Synchronization
import TestKit
import Testing

@testable import Notifications

@Suite struct ResolverTests {
    private static let address = Resolver.Address(bytes: [127, 0, 0, 1], text: "127.0.0.1")

    /// Name servers that count what they are asked, and may fall silent.
    private final class NameServer: Sendable {
        let questions = Mutex(0)
        let isSilent = Mutex(false)
        private let end = DispatchSemaphore(value: 0)

        func answer(_ host: String) throws -> Resolver.Address {
            questions.withLock { $0 += 1 }
            if isSilent.withLock({ $0 }) || host == "silent" { end.wait() }
            guard host != "unknown" else { throw CancellationError() }
            return ResolverTests.address
        }

        func release() {
            for _ in 0..<10 { end.signal() }
        }
    }

    private func with(
        lifetime: Duration = .seconds(30), _ body: (Resolver, NameServer) async throws -> Void
    ) async throws {
        let server = NameServer()
        let resolver = Resolver(lifetime: lifetime) { try server.answer($0) }
        try await body(resolver, server)
        server.release()
        await resolver.shutdown()
    }

    @Test func `a name is asked for once, and a failure is remembered too`() async throws {
        try await with { resolver, server in
            for _ in 0..<3 {
                let address = try await resolver.address(of: "known", within: .seconds(5))
                #expect(address == Self.address)
                await #expect(throws: RefusedDestination.self) {
                    _ = try await resolver.address(of: "unknown", within: .seconds(5))
                }
            }
            #expect(server.questions.withLock { $0 } == 2)
        }
    }

    @Test func `nobody waits longer than the limit for a name server that is silent`() async throws {
        try await with { resolver, _ in
            await #expect(throws: DeadlineExceeded.self) {
                _ = try await resolver.address(of: "silent", within: .milliseconds(50))
            }
            let address = try await resolver.address(of: "known", within: .seconds(5))
            #expect(address == Self.address)
        }
    }

    @Test func `a known address is used while it is asked for again`() async throws {
        try await with(lifetime: .zero) { resolver, server in
            _ = try await resolver.address(of: "known", within: .seconds(5))
            server.isSilent.withLock { $0 = true }
            for _ in 0..<5 {
                let address = try await resolver.address(of: "known", within: .seconds(5))
                #expect(address == Self.address)
            }
            try await eventually("it is asked for again") { server.questions.withLock { $0 } == 2 }
        }
    }

    @Test func `looking for the address is part of the attempt's time`() async throws {
        try await with { resolver, _ in
            let transport = try WebhookTransport(
                settings: TransportSettings(), timeout: .milliseconds(50), resolver: resolver)
            let request = WebhookRequest(id: "1", url: "https://silent/", body: [])
            let outcome = try await transport.send(request, headers: [])
            #expect(outcome.error?.contains("no complete answer") == true)
        }
    }
}
