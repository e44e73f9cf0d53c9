import Edge
import FoundationEssentials
import HTTPTypes
import Messaging
import Postgres
import Schema
import Synchronization
import TestKit
import Testing

@testable import Notifications

/// The SMS adapter against a local server that answers as Twilio documents, and the webhooks that Twilio sends.
@Suite struct SMSProviderTests {
    private static let sid = "AC0123456789abcdef0123456789abcdef"
    private static let token = "12345"
    private let number = "+33612345678"

    private func configure(_ office: PostOffice, _ more: [String: JSONValue] = ["from": "+15005550006"]) async throws {
        var sms: [String: JSONValue] = ["account_sid": .string(Self.sid), "auth_token": .string(Self.token)]
        sms.merge(more) { $1 }
        let answer = try await office.caller.call(
            "PUT /admin/v1/message-settings", body: .object(["sms": .object(sms)]))
        #expect(answer.status == 200)
        #expect(answer.body["sms"]?["has_auth_token"] == true)
        #expect(!String(describing: answer.body).contains("\"12345\""))
    }

    private func transactional(_ office: PostOffice, _ text: String = "Grüße & more") async throws -> MessageID {
        try await office.post([
            "channel": "sms", "purpose": "transactional", "phone": .string(number), "text": .string(text),
        ])
    }

    /// What https://www.twilio.com/docs/messaging/api/message-resource shows of a message just made.
    private static func created(_ sid: String) -> WebhookReceiver.Answer {
        .init(
            201, headers: ["Content-Type": "application/json"],
            body: """
                {"account_sid": "\(Self.sid)", "api_version": "2010-04-01", "body": "Hi there", "date_created": \
                "Thu, 24 Aug 2023 05:01:45 +0000", "date_sent": null, "direction": "outbound-api", "error_code": null, \
                "error_message": null, "from": "+15005550006", "num_media": "0", "num_segments": "1", "price": null, \
                "price_unit": null, "messaging_service_sid": null, "sid": "\(sid)", "status": "queued", \
                "subresource_uris": {"media": "/x"}, "to": "+15558675310", "uri": "/y"}
                """)
    }

    private static func refused(_ status: Int, _ code: Int, _ message: String) -> WebhookReceiver.Answer {
        .init(
            status, headers: ["Content-Type": "application/json"],
            body: """
                {"code": \(code), "message": "\(message)", "more_info": "https://www.twilio.com/docs/errors/\(code)", \
                "status": \(status)}
                """)
    }

    private func send(_ office: PostOffice, to provider: WebhookReceiver) async throws {
        try await office.sending(try office.messaging(smsURL: provider.url(""))) {
            try await eventually("nothing is queued") { try await !office.statuses().contains(.queued) }
        }
    }

    @Test func `a message is the documented request`() async throws {
        try await PostOffice.with { office in
            let provider = try await WebhookReceiver.start { _ in Self.created("SM1") }
            try await configure(office)
            let id = try await transactional(office)
            try await send(office, to: provider)
            let request = try #require(provider.deliveries.first)
            #expect(request.path == "/2010-04-01/Accounts/\(Self.sid)/Messages.json")
            #expect(request.headers["content-type"] == "application/x-www-form-urlencoded")
            let credentials = Data("\(Self.sid):\(Self.token)".utf8).base64EncodedString()
            #expect(request.headers["authorization"] == "Basic \(credentials)")
            let pairs = try QueryParameters(String(decoding: request.body, as: UTF8.self)).pairs
            let fields = Dictionary(uniqueKeysWithValues: pairs.map { ($0.name, $0.value) })
            #expect(
                fields == [
                    "To": number, "From": "+15005550006", "Body": "Grüße & more",
                    "StatusCallback": "https://caravan.example/webhooks/sms/\(office.account)/status",
                ])
            let message = try #require(try await office.message(id))
            #expect(message.status == .sent)
            #expect(message.providerID == "SM1")
            #expect(try office.files("sms").isEmpty)

            try await configure(office, ["messaging_service_sid": "MG0123456789abcdef0123456789abcdef"])
            _ = try await transactional(office)
            try await send(office, to: provider)
            let text = String(decoding: try #require(provider.deliveries.last).body, as: UTF8.self)
            #expect(text.contains("MessagingServiceSid=MG0123456789abcdef0123456789abcdef"))
            #expect(!text.contains("From="))
            await provider.stop()
        }
    }

    @Test func `refusals are for good, time-outs and limits for now`() async throws {
        try await PostOffice.with { office in
            let answers = Mutex([
                Self.refused(429, 20429, "Too Many Requests"), Self.refused(401, 20003, "Authenticate"),
                .init(503, body: "down"), Self.created("SM2"),
            ])
            let provider = try await WebhookReceiver.start { request in
                if String(decoding: request.body, as: UTF8.self).contains("wrong") {
                    return Self.refused(400, 21211, "Invalid 'To' Phone Number: +33612345678")
                }
                return answers.withLock { $0.removeFirst() }
            }
            try await configure(office)
            let refused = try await transactional(office, "wrong")
            try await send(office, to: provider)
            let late = try await transactional(office, "right")
            try await send(office, to: provider)
            let message = try #require(try await office.message(refused))
            #expect(message.status == .failed)
            #expect(message.attempts == 1)
            #expect(message.reason?.contains("21211") == true)
            #expect(message.reason?.contains(number) == false)
            let second = try #require(try await office.message(late))
            #expect(second.status == .sent)
            #expect(second.attempts == 4)
            await provider.stop()
        }
    }

    @Test func `a recipient who has unsubscribed at the provider has done so here`() async throws {
        try await PostOffice.with { office in
            let provider = try await WebhookReceiver.start { _ in
                Self.refused(400, 21610, "Attempt to send to unsubscribed recipient")
            }
            try await configure(office)
            try await office.consent(true, number, CustomerID())
            let id = try await office.marketing("phone", number)
            try await send(office, to: provider)
            #expect(try await office.message(id)?.status == .failed)
            #expect(try await stops(office) == ["PROVIDER"])
            let again = try await office.marketing("phone", number)
            try await send(office, to: provider)
            #expect(try await office.message(again)?.status == .skipped)
            #expect(provider.deliveries.count == 1)
            await provider.stop()
        }
    }

    /// The keywords of the events that the consent service will hear of.
    private func stops(_ office: PostOffice) async throws -> [String] {
        try await office.database.query(
            "SELECT payload FROM outbox WHERE type = \(SMSStopReceived.type) ORDER BY position"
        ).map { row in
            let event: SMSStopReceived = try JSON.decode(from: try row["payload", as: String.self])
            #expect(try office.keyring.open(event.phone) == number)
            return event.keyword
        }
    }

    // MARK: Webhooks

    /// https://www.twilio.com/docs/usage/security#validating-requests
    @Test func `the documented example has the documented signature`() {
        let fields = [
            ("CallSid", "CA1234567890ABCDE"), ("Caller", "+12349013030"), ("Digits", "1234"), ("From", "+12349013030"),
            ("To", "+18005551212"),
        ].map { (name: $0.0, value: $0.1) }
        let (url, secret) = ("https://mycompany.com/myapp.php?foo=1&bar=2", SMSSecret(token: "12345"))
        let signature = "0/KCTR6DLpKmkAf8muzZqo1nDgQ="
        #expect(SMSWebhook.isValid(signature, of: url, fields, secret: secret))
        #expect(SMSWebhook.isValid(signature, of: url, fields.reversed(), secret: secret))
        #expect(!SMSWebhook.isValid(signature, of: url + "x", fields, secret: secret))
        #expect(!SMSWebhook.isValid(signature, of: url, fields, secret: SMSSecret(token: "12346")))
        #expect(!SMSWebhook.isValid("", of: url, fields, secret: secret))
        #expect(!SMSWebhook.isValid("AAAA", of: url, Array(fields.dropLast()), secret: secret))
    }

    /// Sends a webhook as the provider does; `signature` replaces the right one.
    private func receive(
        _ office: PostOffice, _ fields: [(String, String)], status: Bool = false, account: AccountID? = nil,
        signature: String? = nil
    ) async throws -> APIResponse {
        let account = account ?? office.account
        let path = status ? SMSWebhook.statusPath(of: account) : SMSWebhook.inboundPath(of: account)
        let right = SMSWebhook.signature(
            of: PostOffice.publicURL + path, fields.map { (name: $0.0, value: $0.1) },
            secret: SMSSecret(token: Self.token))
        var headers: HTTPFields = [.contentType: "application/x-www-form-urlencoded"]
        if let name = HTTPField.Name("X-Twilio-Signature") {
            headers[name] = signature ?? Data(right).base64EncodedString()
        }
        let route = try #require(office.webhooks.routes.first { $0.template.hasSuffix("status") == status })
        do {
            return try await route.handler(
                try APIRequest(
                    route: route, parameters: ["account": account.description], headers: headers,
                    principal: .anonymous, body: Array(SMSProvider.form(fields).utf8)))
        } catch let error as RequestError {
            return Management().render(error, requestID: "req")
        }
    }

    private func inbound(_ text: String) -> [(String, String)] {
        [("MessageSid", "SM9"), ("From", number), ("To", "+15005550006"), ("Body", text), ("NumMedia", "0")]
    }

    @Test func `STOP is told to the consent service, and answered with nothing`() async throws {
        try await PostOffice.with { office in
            try await configure(office)
            let answer = try await receive(office, inbound("Arrêt"))
            #expect(answer.status == .ok)
            #expect(answer.headers[.contentType] == "text/xml")
            #expect(String(decoding: answer.body, as: UTF8.self).hasSuffix("<Response/>"))
            _ = try await receive(office, inbound("Where is my parcel?"))
            _ = try await receive(office, inbound("ok") + [("OptOutType", "STOP")])
            #expect(try await stops(office) == ["ARRÊT", "STOP"])
        }
    }

    @Test func `what the provider has not signed is refused`() async throws {
        try await PostOffice.with { office in
            // Without a token there is nothing to check against.
            #expect(try await receive(office, inbound("STOP")).status == .forbidden)
            try await configure(office)
            #expect(try await receive(office, inbound("STOP"), signature: "").status == .forbidden)
            #expect(try await receive(office, inbound("STOP"), signature: "AAAA").status == .forbidden)
            #expect(try await receive(office, inbound("STOP"), account: AccountID()).status == .forbidden)
            let signed = SMSWebhook.signature(
                of: PostOffice.publicURL + SMSWebhook.inboundPath(of: office.account), [],
                secret: SMSSecret(token: Self.token))
            let foreign = Data(signed).base64EncodedString()
            #expect(try await receive(office, inbound("STOP"), signature: foreign).status == .forbidden)
            #expect(try await stops(office).isEmpty)
        }
    }

    @Test func `reports in any order end in what became of a message`() async throws {
        try await PostOffice.with { office in
            let count = Mutex(0)
            let provider = try await WebhookReceiver.start { _ in
                Self.created("SM\(count.withLock { count in count += 1; return count })")
            }
            try await configure(office)
            for _ in 0..<2 {
                _ = try await transactional(office)
                try await send(office, to: provider)
            }
            func report(_ sid: String, _ status: String, _ more: [(String, String)] = []) async throws {
                let fields = [("MessageSid", sid), ("MessageStatus", status), ("To", number)] + more
                #expect(try await receive(office, fields, status: true).status == .ok)
            }
            try await report("SM1", "delivered")
            try await report("SM1", "sent")
            try await report("SM1", "undelivered")
            try await report("SM2", "undelivered", [("ErrorCode", "30005")])
            try await report("SM3", "delivered")
            #expect(try await office.statuses() == [.delivered, .failed])
            #expect(try await office.all().last?.reason?.contains("30005") == true)
            #expect(try await stops(office).isEmpty)
            await provider.stop()
        }
    }

    private static let wrong: [JSONValue] = [
        ["account_sid": "AC1"], ["account_sid": "AC0123456789abcdef0123456789abcde/"], ["from": "+0612"],
        ["from": "a name too long"], ["messaging_service_sid": "MG"], ["auth_token": "a b"],
    ]

    @Test(arguments: wrong)
    func `settings that no provider has are refused`(sms: JSONValue) async throws {
        try await PostOffice.with { office in
            let answer = try await office.caller.call("PUT /admin/v1/message-settings", body: ["sms": sms])
            #expect((400..<500).contains(answer.status))
        }
    }
}
