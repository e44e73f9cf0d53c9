import Foundation
import TestKit
import Testing

@testable import Mail

@Suite struct MailMessageTests {
    private func mail(
        name: String? = "Zoë's Shop", to recipient: String? = "Jo Doe", subject: String = "Your order",
        text: String = "Hello", html: String? = "<p>Hello</p>"
    ) throws -> MailMessage {
        MailMessage(
            id: "msg_01", domain: "example.com", time: 880_106_106,
            from: try #require(MailAddress(name: name, "shop@example.com")),
            to: try #require(MailAddress(name: recipient, "jo@example.org")), subject: subject, text: text, html: html)
    }

    /// What Python's mail library reads, a JSON object.
    private func read(_ mail: MailMessage) throws -> [String: String] {
        let program = """
            import email, email.policy, json, sys
            mail = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
            body = {part.get_content_type(): part.get_content().replace("\\r\\n", "\\n") for part in mail.walk()
                if not part.is_multipart()}
            faults = [str(fault) for part in mail.walk() for fault in part.defects]
            faults += [str(fault) for value in mail.values() for fault in value.defects]
            print(json.dumps({**{name.lower(): str(value) for name, value in mail.items()}, **body,
                "names": ",".join(mail.keys()), "faults": ",".join(faults)}))
            """
        let said = try Python.run(program, input: Data(mail.encoded()))
        return try JSONDecoder().decode([String: String].self, from: Data(said.utf8))
    }

    @Test func `another library reads what was written`() throws {
        let text = "Grüße, 12.50 €\n=20 is no space. \n\nA " + String(repeating: "long ", count: 60) + "line\n.\nend"
        let subject = "Bestellung №1 " + String(repeating: "für Zoë ", count: 20)
        let mail = try mail(subject: subject, text: text, html: "<p>\(text)</p>")
        let read = try read(mail)
        #expect(read["faults"] == "")
        #expect(read["from"] == "\"Zoë's Shop\" <shop@example.com>" || read["from"] == "Zoë's Shop <shop@example.com>")
        #expect(read["to"] == "Jo Doe <jo@example.org>")
        #expect(read["subject"] == subject.trimmingCharacters(in: .whitespaces))
        #expect(read["date"] == "Fri, 21 Nov 1997 09:55:06 +0000")
        #expect(read["message-id"] == "<msg_01@example.com>")
        #expect(read["text/plain"]?.trimmingCharacters(in: .newlines) == text)
        #expect(read["text/html"]?.trimmingCharacters(in: .newlines) == "<p>\(text)</p>")
        let lines = String(decoding: mail.encoded(), as: UTF8.self).components(separatedBy: "\r\n")
        #expect(lines.allSatisfy { $0.utf8.count <= 76 && !$0.contains("\n") && !$0.contains("\r") })
    }

    @Test func `a mail is the same bytes whenever it is encoded`() throws {
        #expect(try mail().encoded() == mail().encoded())
    }

    @Test(arguments: [
        "Jo\r\nBcc: victim@example.com", "Jo\nBcc: victim@example.com", "Jo\rBcc: v@example.com",
        "Jo\u{2028}Bcc: v@example.com", "Jo\0\u{85}Bcc: v@example.com", "Jo\" <v@example.com>, \"x",
        "=?utf-8?Q?=0ABcc:?=",
        String(repeating: "ü", count: 300) + "\r\nBcc: v@example.com",
    ])
    func `no name and no subject begins another header`(hostile: String) throws {
        let read = try read(try mail(name: hostile, to: hostile, subject: hostile))
        let names = "Date,From,To,Subject,Message-ID,Auto-Submitted,MIME-Version,Content-Type"
        #expect(read["names"] == names)
        #expect(read["from"]?.hasSuffix(" <shop@example.com>") == true)
        #expect(read["to"]?.hasSuffix(" <jo@example.org>") == true)
        #expect(read["bcc"] == nil)
    }

    @Test(arguments: [
        "", "jo", "@example.com", "jo@", "jo@@example.com", "jo doe@example.com", "jo@exa mple.com",
        "jo@example.com\r\n", "jo>@example.com", "<jo@example.com>", "jo@example..com", ".jo@example.com",
        "jo@-example.com", "jö@example.com",
        "\"jo\"@example.com", "jo@example.com,al@example.com", "jo@\(String(repeating: "a", count: 64)).com",
    ])
    func `what is no plain address is refused`(text: String) {
        #expect(MailAddress(text) == nil)
    }

    @Test(arguments: ["jo@example.com", "jo.o'doe+shop@sub.example.co.uk", "a@b"])
    func `plain addresses are taken`(text: String) {
        #expect(MailAddress(text)?.address == text)
    }

    private static let dates: [(Int64, String)] = [
        (0, "Thu, 1 Jan 1970 00:00:00 +0000"), (951_782_400, "Tue, 29 Feb 2000 00:00:00 +0000"),
        (1_767_225_599, "Wed, 31 Dec 2025 23:59:59 +0000"), (-1, "Wed, 31 Dec 1969 23:59:59 +0000"),
    ]

    @Test(arguments: dates)
    func `dates are those of the calendar`(seconds: Int64, text: String) {
        #expect(MailDate.text(seconds) == text)
    }
}
