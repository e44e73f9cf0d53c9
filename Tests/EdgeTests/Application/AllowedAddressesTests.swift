import HTTPTypes
import Schema
import Testing

@testable import Edge

/// Keys that are good for requests from certain addresses only.
@Suite struct AllowedAddressesTests {
    private static let paths: [(DialectName, path: String)] = [
        (.watchTraderHub, "/v1/listings"), (.noticia, "/v1/profiles"), (.healthSuite, "/v1/campaigns"),
        (.giddyUp, "/api/public/orders/7"), (.retailOS, "/v2/public/customers"), (.management, "/admin/v1/brand"),
    ]

    private static func routes() -> [Route] {
        paths.map { name, path in
            Route(.get, path, dialect: Dialects.dialect(name)) { _ in .noContent }
        } + [
            Route(.get, "/v1/health", dialect: WatchTraderHub(), isPublic: true) { request in
                APIResponse(status: .ok, body: Array(request.principal.keyID.utf8))
            }
        ]
    }

    private let edge: TestEdge

    init() throws {
        edge = try TestEdge(Self.routes())
    }

    private static func headers(_ name: DialectName, _ token: String) -> HTTPFields {
        let scheme = [.giddyUp: "Token", .retailOS: "API_KEY"][name] ?? "Bearer"
        return name == .noticia
            ? [.apiKey: token] : [.authorization: "\(scheme) \(token)", .accept: "application/json"]
    }

    @Test func everyDialectRefusesInItsOwnWords() async throws {
        let (token, _) = try await edge.key(allowedAddresses: ["203.0.113.0/24", "2001:db8::/32"])
        for (name, path) in Self.paths {
            let headers = Self.headers(name, token)
            func answer(from peer: String) async -> APIResponse {
                await edge.send(.get, path, headers: headers, from: peer)
            }
            for inside in ["203.0.113.9", "2001:db8::9", "::ffff:203.0.113.9"] {
                #expect(await answer(from: inside).status == .noContent, "\(name) \(inside)")
            }
            for outside in ["203.0.114.9", "2001:db9::9", "127.0.0.1"] {
                let refused = await answer(from: outside)
                #expect(refused.status == .forbidden, "\(name) \(outside)")
                #expect(refused.text.contains("This API key may not be used from this address."), "\(name)")
                #expect(refused.headers[.rateLimitRemaining] == nil)
            }
            #expect(await edge.send(.get, path, headers: headers).status == .forbidden, "\(name), from who knows where")
        }
    }

    @Test func aKeyWithoutRangesIsGoodFromEverywhere() async throws {
        let (token, _) = try await edge.key()
        for peer in ["198.51.100.1", nil] {
            #expect(await edge.send(.get, "/v1/listings", headers: .bearer(token), from: peer).status == .noContent)
        }
    }

    @Test func onlyAProxyThatIsTrustedSaysWhereARequestComesFrom() async throws {
        let (token, _) = try await edge.key(allowedAddresses: ["203.0.113.7"])
        func status(_ forwarded: String?, from peer: String) async -> HTTPResponse.Status {
            var headers = HTTPFields.bearer(token)
            if let forwarded { headers[.forwardedFor] = forwarded }
            return await edge.send(.get, "/v1/listings", headers: headers, from: peer).status
        }
        #expect(await status("203.0.113.7", from: "127.0.0.1") == .noContent)
        #expect(await status("203.0.113.7", from: "::1") == .noContent)
        #expect(await status(nil, from: "203.0.113.7") == .noContent)
        // What the client wrote itself stands before what the gateway added.
        #expect(await status("203.0.113.7, 198.51.100.1", from: "127.0.0.1") == .forbidden)
        #expect(await status("198.51.100.1, 203.0.113.7", from: "127.0.0.1") == .noContent)
        #expect(await status("203.0.113.7", from: "198.51.100.1") == .forbidden)
        #expect(await status("unknown", from: "127.0.0.1") == .forbidden)
        #expect(await status("203.0.113.7,", from: "127.0.0.1") == .noContent)
        #expect(await status(nil, from: "127.0.0.1") == .forbidden)
    }

    @Test func onAPublicPathSuchAKeyIsNobodys() async throws {
        let (token, principal) = try await edge.key(allowedAddresses: ["203.0.113.7"])
        let inside = await edge.send(.get, "/v1/health", headers: .bearer(token), from: "203.0.113.7")
        #expect(inside.text == principal.keyID)
        let elsewhere = await edge.send(.get, "/v1/health", headers: .bearer(token), from: "203.0.113.8")
        #expect(elsewhere.status == .ok && elsewhere.text == "")
    }

    @Test(arguments: [
        ("10.0.0.9", "192.0.2.1", "192.0.2.1"), ("10.0.0.9", "192.0.2.1, 10.0.0.8", "192.0.2.1"),
        ("10.0.0.9", "10.0.0.7, 10.0.0.8", "10.0.0.7"), ("10.0.0.9", "192.0.2.1:4711", "192.0.2.1"),
        ("10.0.0.9", "[2001:db8::1]:4711", "2001:db8::1"), ("10.0.0.9", "2001:db8::1", "2001:db8::1"),
        ("192.0.2.9", "192.0.2.1", "192.0.2.9"),
    ])
    func chainsOfProxies(_ peer: String, _ forwarded: String, _ client: String) throws {
        let proxies = TrustedProxies([.ipv4(10, length: 8)])
        let found = proxies.client(of: [.forwardedFor: forwarded], peer: NetworkAddress(peer))
        #expect(found == NetworkAddress(client))
    }
}
