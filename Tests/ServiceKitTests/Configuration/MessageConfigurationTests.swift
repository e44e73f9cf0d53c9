import Schema
import Testing

@testable import ServiceKit

@Suite struct MessageConfigurationTests {
    private func configuration(_ changes: [String: String?]) throws -> MessageConfiguration {
        try CaravanConfiguration(service: .notifications, environment: Environments.with(changes)).messages
    }

    @Test func withoutAnythingNothingIsSent() throws {
        let messages = try configuration([:])
        #expect(messages.smtpURL == nil)
        #expect(messages.mailOutbox == nil)
        #expect(messages.smsOutbox == nil)
        #expect(messages.smtpRequiresTLS)
        #expect(messages.smsURL == "https://api.twilio.com")
    }

    @Test func readsWhatIsSaid() throws {
        let messages = try configuration([
            "CARAVAN_SMTP_URL": "smtps://mail.example:465", "CARAVAN_SMTP_USER": "shop",
            "CARAVAN_SMTP_PASSWORD": "swordfish", "CARAVAN_SMTP_TRUSTED_ROOTS": "/r.pem",
            "CARAVAN_SMTP_REQUIRE_TLS": "false", "CARAVAN_SMTP_TIMEOUT_MS": "900", "CARAVAN_MAIL_OUTBOX": "/mail",
            "CARAVAN_MAIL_SENDER": "shop@shop.example", "CARAVAN_SMS_URL": "http://127.0.0.1:9",
            "CARAVAN_SMS_OUTBOX": "/sms", "CARAVAN_MESSAGE_RETRY_SCHEDULE": "1s,2m",
            "CARAVAN_MESSAGE_RETENTION_DAYS": "3", "CARAVAN_PUBLIC_URL": "https://caravan.example",
        ])
        #expect(messages.smtpURL == "smtps://mail.example:465")
        #expect(messages.smtpUser == "shop")
        #expect(messages.smtpPassword == "swordfish")
        #expect(messages.smtpTrustedRoots == "/r.pem")
        #expect(!messages.smtpRequiresTLS)
        #expect(messages.smtpTimeout == .milliseconds(900))
        #expect(messages.mailOutbox == "/mail")
        #expect(messages.mailSender == "shop@shop.example")
        #expect(messages.smsURL == "http://127.0.0.1:9")
        #expect(messages.smsOutbox == "/sms")
        #expect(messages.retrySchedule == [.seconds(1), .seconds(120)])
        #expect(messages.retention == .seconds(3 * 86_400))
        #expect(messages.publicURL == "https://caravan.example")
    }

    @Test(arguments: [
        ("CARAVAN_SMTP_URL", "mail.example"), ("CARAVAN_SMTP_URL", "smtp://"),
        ("CARAVAN_SMTP_URL", "https://mail.example"), ("CARAVAN_SMTP_URL", "smtp://shop:swordfish@mail.example"),
        ("CARAVAN_MAIL_SENDER", "shop"),
        ("CARAVAN_SMS_URL", "https://api.example/"), ("CARAVAN_SMTP_TIMEOUT_MS", "0"),
        ("CARAVAN_MESSAGE_RETRY_SCHEDULE", "often"), ("CARAVAN_SMTP_REQUIRE_TLS", "maybe"),
    ])
    func refusesWhatIsWrong(name: String, value: String) throws {
        let error = #expect(throws: ConfigurationError.self) { _ = try configuration([name: value]) }
        #expect(error?.description.contains(name) == true)
    }
}
