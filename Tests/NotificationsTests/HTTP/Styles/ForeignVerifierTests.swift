import Foundation
import Schema
import TestKit
import Testing

@testable import Notifications

/// The libraries that receivers use verify what we send, and refuse what was changed.
@Suite struct ForeignVerifierTests {
    private static let program = """
        import json, sys
        import stripe
        from standardwebhooks import Webhook

        case = json.load(sys.stdin)
        headers, body, secret = case["headers"], case["body"], case["secret"]

        def verdict(check):
            try:
                check()
                return "verified"
            except Exception as error:
                return type(error).__name__

        print(
            verdict(lambda: stripe.WebhookSignature.verify_header(body, headers["WTH-Signature"], secret, 300)),
            verdict(lambda: Webhook(secret).verify(body, headers)),
        )
        """

    private struct Case: Encodable {
        let headers: [String: String]
        let body: String
        let secret: String
    }

    private let body = #"{"id":"evt_1","text":"Ünïcode – ✓"}"#

    private func headers(_ secrets: EndpointSecrets, at now: Timestamp = .now()) throws -> [String: String] {
        let request = WebhookRequest(id: "evt_1", url: "https://shop.example/", body: Array(body.utf8))
        let headers = try request.signedHeaders(
            style: WatchTraderHubStyle.self, secrets: secrets, at: now, traceparent: nil)
        return Dictionary(headers) { first, _ in first }
    }

    private func verdicts(_ headers: [String: String], body: String? = nil, secret: WebhookSecret) throws -> String {
        let input = try JSON.encode(Case(headers: headers, body: body ?? self.body, secret: secret.text))
        return try Python.run(Self.program, input: Data(input))
    }

    @Test func `stripe and standardwebhooks verify a message`() throws {
        let secrets = EndpointSecrets()
        #expect(try verdicts(headers(secrets), secret: secrets.current) == "verified verified")
    }

    @Test func `both secrets verify during a rotation`() throws {
        var secrets = EndpointSecrets()
        let old = secrets.current
        secrets.rotate(at: .now(), overlap: .seconds(60))
        let headers = try headers(secrets)
        #expect(try verdicts(headers, secret: old) == "verified verified")
        #expect(try verdicts(headers, secret: secrets.current) == "verified verified")
    }

    @Test func `another body, another secret and an old message do not verify`() throws {
        let secrets = EndpointSecrets()
        let refused = "SignatureVerificationError WebhookVerificationError"
        #expect(try verdicts(headers(secrets), body: body + " ", secret: secrets.current) == refused)
        #expect(try verdicts(headers(secrets), secret: .random()) == refused)
        let old = try headers(secrets, at: .now() - .seconds(3600))
        #expect(try verdicts(old, secret: secrets.current) == refused)
    }
}
