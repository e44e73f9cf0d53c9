import Foundation
import Postgres
import Schema
import TestKit
import Testing

@testable import Notifications

/// Signatures that receivers verify with the account's public keys (Standard Webhooks, `v1a`).
@Suite struct WebhookKeyTests {
    private static let path = "/admin/v1/webhook-endpoints/shop"
    private static let jwks = "/.well-known/jwks.json"

    /// What a receiver does: OpenSSL with the keys of the JWKS, `standardwebhooks` with the secret.
    private static let program = """
        import base64, json, os, subprocess, sys, tempfile
        from standardwebhooks import Webhook

        case = json.load(sys.stdin)
        headers, body = case["headers"], case["body"]
        message = f'{headers["webhook-id"]}.{headers["webhook-timestamp"]}.{body}'.encode()

        def is_signed(jwk, signature):
            assert (jwk["kty"], jwk["crv"], jwk["use"], jwk["alg"]) == ("OKP", "Ed25519", "sig", "EdDSA")
            raw = base64.urlsafe_b64decode(jwk["x"] + "=")
            with tempfile.TemporaryDirectory() as folder:
                # SubjectPublicKeyInfo of RFC 8410: what stands before the key is the same for all.
                parts = {"key": bytes.fromhex("302a300506032b6570032100") + raw, "message": message,
                         "signature": base64.b64decode(signature, validate=True)}
                for name, content in parts.items():
                    open(os.path.join(folder, name), "wb").write(content)
                return subprocess.run(
                    ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", "key", "-rawin",
                     "-in", "message", "-sigfile", "signature"], cwd=folder, capture_output=True).returncode == 0

        signatures = [text.split(",", 1) for text in headers["webhook-signature"].split(" ")]
        found = [jwk["kid"] for scheme, text in signatures if scheme == "v1a"
                 for jwk in case["jwks"]["keys"] if is_signed(jwk, text)]
        try:
            Webhook(case["secret"]).verify(body, headers)
            found.append("v1")
        except Exception:
            pass
        print(" ".join(found))
        """

    private struct Case: Encodable {
        let headers: [String: String]
        let body: String
        let jwks: JSONValue
        let secret: String
    }

    /// The ids of the keys that a message is signed with, and `v1` if the secret is one of them.
    private static func signers(
        _ delivery: WebhookReceiver.Delivery, _ jwks: JSONValue, secret: String, body: String? = nil
    ) throws -> [String] {
        let input = try JSON.encode(
            Case(
                headers: delivery.headers, body: body ?? String(decoding: delivery.body, as: UTF8.self), jwks: jwks,
                secret: secret))
        return try Python.run(program, input: Data(input)).split(separator: " ").map(String.init)
    }

    private static func ids(_ jwks: JSONValue) -> [String] {
        jwks["keys"]?.array?.compactMap { $0["kid"]?.string } ?? []
    }

    @Test func `a receiver verifies by the published keys, and by both during a rotation`() async throws {
        try await NotificationsHost.with { host in
            let receiver = try await WebhookReceiver.start()
            let body: JSONValue = [
                "url": .string(receiver.url("/hook")), "style": "watchtraderhub", "signatures": ["v1a", "v1"],
            ]
            let made = try await host.admin.send("PUT", Self.path, body: body).json
            #expect(made["signatures"] == ["v1", "v1a"])
            let address = try #require(made["jwks_url"]?.string)
            #expect(address == "http://127.0.0.1:8080\(Self.jwks)?account=\(host.account)")
            let secret = try #require(made["secret"]?.string)
            let anybody = APIClient(baseURL: host.admin.baseURL, authorization: nil)
            func keys() async throws -> JSONValue {
                let reply = try await anybody.send("GET", Self.jwks + "?account=\(host.account)")
                #expect(reply.status == 200 && reply.headers["cache-control"] == "public, max-age=300")
                return try reply.json
            }
            let first = Self.ids(try await keys())
            #expect(first.count == 1)

            try await host.ping("one")
            try await eventually("it arrives") { receiver.deliveries.count == 1 }
            let one = receiver.deliveries[0]
            #expect(try Self.signers(one, try await keys(), secret: secret) == first + ["v1"])
            #expect(try Self.signers(one, try await keys(), secret: secret, body: "{}").isEmpty)

            let rotated = try await host.admin.send(
                "POST", "/admin/v1/webhook-keys/rotate", body: ["overlap_seconds": 600]
            ).json["data"]?.array
            let both = Self.ids(try await keys())
            #expect(both.count == 2 && both.last == first.first)
            #expect(rotated?.map { $0["id"]?.string } == both)
            #expect(rotated?.map { $0["retires_at"] == .null } == [true, false])
            try await host.ping("two")
            try await eventually("it arrives") { receiver.deliveries.count == 2 }
            #expect(try Self.signers(receiver.deliveries[1], try await keys(), secret: secret) == both + ["v1"])
            // Who has not asked for the keys again knows the old one only, and is content with that.
            let old = try #require(try await keys()["keys"]?.array?.last)
            #expect(try Self.signers(receiver.deliveries[1], ["keys": [old]], secret: secret) == first + ["v1"])

            _ = try await host.admin.send("POST", "/admin/v1/webhook-keys/rotate", body: ["overlap_seconds": 0])
            let last = Self.ids(try await keys())
            #expect(last.count == 1 && !both.contains(last[0]))
            try await host.ping("three")
            try await eventually("it arrives") { receiver.deliveries.count == 3 }
            #expect(try Self.signers(receiver.deliveries[2], try await keys(), secret: secret) == last + ["v1"])
            await receiver.stop()
        }
    }

    @Test func `an endpoint chooses its signatures`() async throws {
        try await NotificationsHost.with { host in
            let receiver = try await WebhookReceiver.start()
            func put(_ signatures: JSONValue?) async throws -> APIClient.Reply {
                var body: [String: JSONValue] = [
                    "url": .string(receiver.url("/hook")), "style": "watchtraderhub",
                ]
                body["signatures"] = signatures
                return try await host.admin.send("PUT", Self.path, body: .object(body))
            }
            for wrong: JSONValue in [[], ["v2"], ["v1", "ed25519"]] {
                let reply = try await put(wrong)
                #expect(reply.status == 400 && reply.text.contains("#/signatures"))
            }
            func schemes() async throws -> [Substring] {
                let count = receiver.deliveries.count
                try await host.ping("\(count)")
                try await eventually("it arrives") { receiver.deliveries.count > count }
                let header = receiver.deliveries.last?.headers["webhook-signature"] ?? ""
                return header.split(separator: " ").map { $0.prefix { $0 != "," } }
            }
            let plain = try await put(nil).json
            #expect(plain["signatures"] == ["v1"] && plain["jwks_url"] == .null)
            #expect(try await host.admin.send("GET", "/admin/v1/webhook-keys").json["data"] == [])
            #expect(try await schemes() == ["v1"])
            #expect(try await put(["v1a"]).status == 200)
            #expect(try await schemes() == ["v1a"])
            let key = try await host.admin.send("GET", "/admin/v1/webhook-keys").json["data"]?.array?.first
            #expect(key?["public_key"]?.string?.hasPrefix("whpk_") == true)
            // A setting that is left out of a PUT has its default again.
            #expect(try await put(nil).json["signatures"] == ["v1"])
            #expect(try await schemes() == ["v1"])
            await receiver.stop()
        }
    }

    @Test func `each account has keys of its own, however many ask for the first at once`() async throws {
        try await Engine.with { engine in
            let keys = WebhookKeyStore(database: engine.database, keyring: engine.keyring)
            let other = AccountID()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<10 { group.addTask { try await keys.provide(engine.account) } }
                group.addTask { try await keys.provide(other) }
                try await group.waitForAll()
            }
            let caller = RouteCaller(WebhookKeyRoutes(keys: keys).routes)
            func set(_ query: String?) async throws -> [String] {
                Self.ids(try await caller.call("GET \(Self.jwks)", query: query).body)
            }
            let (mine, theirs) = (try await set("account=\(engine.account)"), try await set("account=\(other)"))
            #expect(mine.count == 1 && theirs.count == 1 && mine != theirs)
            #expect(Set(try await set(nil)) == Set(mine + theirs))
            #expect(try await set("account=\(AccountID())").isEmpty)
            #expect(try await caller.call("GET \(Self.jwks)", query: "account=me").status == 400)

            let stored = try await engine.database.query("SELECT private_key FROM webhook_keys LIMIT 1")
            #expect(try stored.first?["private_key", as: String.self].contains("ciphertext") == true)
        }
    }

    @Test func `an overlap ends by itself, and only so many keys overlap`() async throws {
        try await Engine.with { engine in
            let keys = WebhookKeyStore(database: engine.database, keyring: engine.keyring)
            let caller = RouteCaller(WebhookKeyRoutes(keys: keys).routes)
            func rotate(_ seconds: Int) async throws -> RouteCaller.Answer {
                try await caller.call(
                    "POST /admin/v1/webhook-keys/rotate", body: ["overlap_seconds": .number(JSONNumber(seconds))],
                    as: engine.account)
            }
            for seconds in [-1, 604_801] { #expect(try await rotate(seconds).status == 400) }
            for count in 1...WebhookKeyStore.limit {
                #expect(try await rotate(600).body["data"]?.array?.count == count)
            }
            #expect(try await rotate(600).status == 409)
            // A shorter overlap ends the earlier ones too: a key that has become known must go.
            #expect(try await rotate(0).body["data"]?.array?.count == 1)
            #expect(try await rotate(1).body["data"]?.array?.count == 2)
            try await eventually("the overlap ends") { try await keys.keys(of: engine.account).count == 1 }
        }
    }
}
