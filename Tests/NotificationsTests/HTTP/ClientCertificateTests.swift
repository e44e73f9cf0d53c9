import Edge
import Postgres
import Schema
import ServiceKit
import TestKit
import Testing

@testable import Notifications

/// Endpoints whose receivers want to know who calls (mTLS).
@Suite struct ClientCertificateTests {
    private static let path = "/admin/v1/webhook-endpoints"

    @Test func `an endpoint's certificate opens its receiver, and no other endpoint's does`() async throws {
        let authority = try await TestAuthority("Receivers")
        let receiver = try await TLSReceiver(
            try await authority.identity("/CN=localhost"), callers: authority.certificate)
        let identity = try await authority.identity("/O=Example/CN=caravan")
        try await NotificationsHost.with { host in
            func put(_ name: String, _ more: [String: JSONValue]) async throws -> APIClient.Reply {
                let body: [String: JSONValue] = [
                    "url": .string(receiver.url("/\(name)")), "style": "watchtraderhub", "retry": ["limit": 0],
                    "trusted_roots": .string(authority.certificate),
                ]
                return try await host.admin.send(
                    "PUT", "\(Self.path)/\(name)", body: .object(body.merging(more) { $1 }))
            }
            let shown = try await put("known", ["client_certificate": Self.body(identity)]).json
            let certificate = try #require(shown["client_certificate"])
            #expect(certificate["subject"]?.string?.contains("CN=caravan") == true)
            #expect(certificate["subject"]?.string?.contains("O=Example") == true)
            #expect(certificate["serial"] == "0a1b2c")
            #expect(certificate["expires_at"]?.string.flatMap { Timestamp(rfc3339: $0) }.map { $0 > .now() } == true)
            #expect(certificate["private_key"] == nil && certificate["certificate"] == nil)
            _ = try await put("unknown", [:])

            func log(_ name: String) async throws -> JSONValue? {
                let path = "/admin/v1/webhook-deliveries?endpoint=\(name)"
                return try await host.admin.send("GET", path).json["data"]?.array?.first
            }
            try await host.ping("one")
            try await eventually("one is in, one is out") {
                let statuses = [try await log("known")?["status"], try await log("unknown")?["status"]]
                return statuses == ["delivered", "failed"]
            }
            #expect(try receiver.requests.map(\.path) == ["/known"])
            #expect(try receiver.requests.first?.caller == "caravan")
            let refused = try await log("unknown")
            #expect(refused?["last_status"] == .null)
            #expect(refused?["last_error"] == "The TLS connection failed: tlsv1 alert certificate required.")

            // The connection stays, and is used again.
            try await host.ping("two")
            try await eventually("the next arrives") { try receiver.requests.count == 2 }
            #expect(Set(try receiver.requests.map(\.connection)).count == 1)

            // At rest it is sealed, and no answer shows its key.
            let rows = try await host.platform.database.query("SELECT secrets FROM webhook_endpoints")
            for row in rows { #expect(try !row["secrets", as: String.self].contains("PRIVATE KEY")) }
            for name in ["", "/known"] {
                #expect(try await !host.admin.send("GET", Self.path + name).text.contains("PRIVATE"))
            }
        }
        receiver.stop()
    }

    @Test func `a certificate stays until it is replaced or taken away`() async throws {
        let authority = try await TestAuthority("Receivers")
        let (first, second) = (
            try await authority.identity("/CN=first"), try await authority.identity("/CN=second", algorithm: "rsa")
        )
        try await NotificationsHost.with { host in
            func put(_ certificate: JSONValue?) async throws -> JSONValue? {
                var body: [String: JSONValue] = ["url": "https://shop.example/", "style": "watchtraderhub"]
                body["client_certificate"] = certificate
                let reply = try await host.admin.send("PUT", Self.path + "/shop", body: .object(body))
                return try reply.json["client_certificate"]
            }
            let shown = try await put(Self.body(first))
            #expect(shown?["subject"] == "CN=first")
            #expect(try await put(nil) == shown)
            // What is shown may come back.
            #expect(try await put(shown) == shown)
            #expect(try await put(Self.body(second))?["subject"] == "CN=second")
            #expect(try await put(.null) == .null)
            #expect(try await put(nil) == .null)
        }
    }

    @Test func `what connections would fail with is refused at once`() async throws {
        let authority = try await TestAuthority("Receivers")
        let (mine, other) = (try await authority.identity("/CN=mine"), try await authority.identity("/CN=other"))
        let rsa = try await authority.identity("/CN=rsa", algorithm: "rsa")
        let encrypted = """
            -----BEGIN ENCRYPTED PRIVATE KEY-----
            MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAg=
            -----END ENCRYPTED PRIVATE KEY-----
            """
        let cases: [(String?, String?, at: Duration, code: String?)] = [
            (mine.certificate, mine.key, .zero, nil),
            (rsa.certificate, rsa.key, .zero, nil),
            (mine.certificate + authority.certificate, mine.key, .zero, nil),
            (mine.certificate, mine.key, .seconds(3 * 86_400), "expired"),
            (mine.certificate, mine.key, .seconds(-86_400), "not_valid_yet"),
            (mine.certificate, other.key, .zero, "key_mismatch"),
            (mine.certificate, rsa.key, .zero, "key_mismatch"),
            (authority.certificate + mine.certificate, mine.key, .zero, "key_mismatch"),
            (mine.key, mine.key, .zero, "invalid_certificate"),
            ("PEM", mine.key, .zero, "invalid_certificate"),
            (String(repeating: mine.certificate, count: 11), mine.key, .zero, "invalid_certificate"),
            (mine.certificate, mine.certificate, .zero, "invalid_key"),
            (mine.certificate, encrypted, .zero, "invalid_key"),
            (mine.certificate, nil, .zero, "required"),
            (nil, mine.key, .zero, "required"),
            (nil, nil, .zero, "required"),
        ]
        for (certificate, key, moment, code) in cases {
            var body: [String: JSONValue] = [:]
            body["certificate"] = certificate.map { .string($0) }
            body["private_key"] = key.map { .string($0) }
            let request = try JSON.decode(ClientCertificateRequest.self, from: try JSON.encode(JSONValue.object(body)))
            var validation = Validation()
            let made = request.clientCertificate(at: .now() + moment, &validation)
            #expect((made == nil) == (code != nil))
            guard let code else { continue }
            let error = #expect(throws: RequestError.self) { try validation.check() }
            guard case .validation(let faults) = error else { continue }
            #expect(faults.map(\.code) == [code])
            #expect(faults.allSatisfy { $0.path.first == "client_certificate" && !$0.message.contains("KEY") })
        }
    }

    @Test func `settings that go with TLS alone are refused for others`() async throws {
        let authority = try await TestAuthority("Receivers")
        let identity = try await authority.identity("/CN=caravan")
        let cases: [[String: JSONValue]] = [
            ["url": "http://shop.example/", "client_certificate": Self.body(identity)],
            ["url": "http://shop.example/", "trusted_roots": .string(authority.certificate)],
            ["url": "https://shop.example/", "trusted_roots": "none"],
            ["url": "https://shop.example/", "trusted_roots": ""],
        ]
        for body in cases {
            let bytes = try JSON.encode(JSONValue.object(body.merging(["style": "watchtraderhub"]) { $1 }))
            let request = try JSON.decode(WebhookEndpointRequest.self, from: bytes)
            #expect(throws: RequestError.self) { try request.settings(allowsPlainHTTP: true) }
        }
    }

    @Test func `a certificate opens no way into the network`() async throws {
        let authority = try await TestAuthority("Receivers")
        let identity = try await authority.identity("/CN=caravan")
        let receiver = try await TLSReceiver(
            try await authority.identity("/CN=localhost"), callers: authority.certificate)
        var validation = Validation()
        let tls = EndpointTLS(
            clientCertificate: try JSON.decode(
                ClientCertificateRequest.self, from: try JSON.encode(Self.body(identity))
            ).clientCertificate(at: .now(), &validation), trustedRoots: authority.certificate)
        for allowed in [false, true] {
            var settings = TransportSettings()
            settings.allowsPrivateAddresses = allowed
            let transport = try WebhookTransport(settings: settings, timeout: .seconds(10))
            var request = WebhookRequest(id: "1", url: receiver.url("/hook"), body: Array("{}".utf8))
            request.tls = tls
            let outcome = try await transport.send(request, headers: [])
            #expect(outcome.status == (allowed ? 200 : nil), "\(outcome.error ?? "")")
            // Who shows no certificate, or does not trust the receiver's authority, shares no connection with who does.
            request.tls = EndpointTLS(trustedRoots: authority.certificate)
            #expect(try await transport.send(request, headers: []).status == nil)
            request.tls = EndpointTLS(clientCertificate: tls.clientCertificate)
            #expect(try await transport.send(request, headers: []).status == nil)
            await transport.shutdown()
        }
        #expect(try receiver.requests.count == 1)
        receiver.stop()
    }

    private static func body(_ identity: TestAuthority.Identity) -> JSONValue {
        ["certificate": .string(identity.certificate), "private_key": .string(identity.key)]
    }
}
