import Schema
import Testing

@testable import Notifications

@Suite struct WebhookSignatureTests {
    @Test func `matches the example of the Standard Webhooks libraries`() throws {
        let secret = try #require(WebhookSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
        let signature = WebhookSignature.standard(
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek", seconds: 1_614_265_330, body: Array(#"{"test": 2432232314}"#.utf8),
            secrets: [secret])
        #expect(signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    }

    @Test func `one signature a secret`() {
        let secrets = [WebhookSecret.random(), .random()]
        let standard = WebhookSignature.standard(id: "evt_1", seconds: 1, body: [], secrets: secrets)
        #expect(standard.split(separator: " ").count == 2)
        let stripe = WebhookSignature.stripe(seconds: 17, body: Array("{}".utf8), secrets: secrets)
        #expect(stripe.hasPrefix("t=17,v1="))
        #expect(stripe.split(separator: ",").count == 3)
    }

    @Test func `secrets are whsec_ and base64, and never show themselves`() {
        let secret = WebhookSecret.random()
        #expect(WebhookSecret(secret.text) == secret)
        #expect(secret.bytes.count == 32)
        #expect(!"\(secret)".contains(secret.text.dropFirst(6)))
        #expect(!String(reflecting: secret).contains(secret.text.dropFirst(6)))
        var dumped = ""
        dump(EndpointSecrets(current: secret), to: &dumped)
        #expect(!dumped.contains(secret.text.dropFirst(6)))
        #expect(WebhookSecret("whsec_AAAA") == nil)
        #expect(WebhookSecret("secret") == nil)
    }

    @Test func `after a rotation both secrets sign until the overlap is over`() {
        let now = Timestamp(microseconds: 1_700_000_000_000_000)
        var secrets = EndpointSecrets()
        let first = secrets.current
        secrets.rotate(at: now, overlap: .seconds(60))
        #expect(secrets.signing(at: now) == [secrets.current, first])
        #expect(secrets.current != first)
        #expect(secrets.signing(at: now + .seconds(60)) == [secrets.current])
    }
}
