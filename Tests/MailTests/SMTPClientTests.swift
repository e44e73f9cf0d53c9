import TestKit
import Testing

@testable import Mail

/// The client against a real server, PyPI's aiosmtpd.
@Suite struct SMTPClientTests {
    private func mail(to address: String = "jo@example.org") throws -> MailMessage {
        MailMessage(
            id: "msg_01", domain: "example.com", time: 880_106_106,
            from: try #require(MailAddress(name: "Zoë", "shop@example.com")),
            to: try #require(MailAddress(name: "Jo", address)), subject: "Your order", text: ".\n..\nGrüße",
            html: "<p>Grüße</p>")
    }

    private func server(
        _ server: MailServer, user: String = MailServer.user, password: String = MailServer.password
    ) -> SMTPServer {
        var settings = SMTPServer(url: server.url)
        settings.username = user
        settings.password = password
        settings.trustedRoots = server.certificate
        return settings
    }

    /// What sending fails with; nil if it does not.
    private func failure(_ settings: SMTPServer, to address: String = "jo@example.org") async throws -> SMTPError? {
        let client = try SMTPClient(server: settings, connections: 1)
        defer { client.shutdown() }
        let mail = try mail(to: address)
        do {
            try await client.send(mail)
            return nil
        } catch let error as SMTPError {
            return error
        }
    }

    @Test func `mail goes encrypted, with a login, and over one connection`() async throws {
        let host = try await MailServer()
        defer { host.stop() }
        let client = try SMTPClient(server: server(host), connections: 1)
        for _ in 0..<3 { try await client.send(mail()) }
        client.shutdown()
        let mails = try host.mails
        #expect(mails.count == 3)
        let first = try #require(mails.first)
        #expect(first.isEncrypted)
        #expect(first.user == MailServer.user)
        #expect(first.sender == "shop@example.com")
        #expect(first.recipients == ["jo@example.org"])
        #expect(first.headers["message-id"] == "<msg_01@example.com>")
        #expect(first.parts["text/plain"]?.hasPrefix(".\n..\nGrüße") == true)
    }

    @Test func `mails at once share the connections`() async throws {
        let host = try await MailServer()
        defer { host.stop() }
        let client = try SMTPClient(server: server(host), connections: 3)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<12 {
                let mail = try mail(to: "jo\(number)@example.org")
                group.addTask { try await client.send(mail) }
            }
            try await group.waitForAll()
        }
        client.shutdown()
        #expect(Set(try host.mails.flatMap(\.recipients)).count == 12)
    }

    @Test func `a certificate that nobody vouches for, or of another name, ends it`() async throws {
        let host = try await MailServer()
        defer { host.stop() }
        var settings = server(host)
        settings.trustedRoots = nil
        let untrusted = try #require(try await failure(settings))
        #expect(!untrusted.isPermanent)
        settings = server(host)
        settings.url = "smtp://127.0.0.1:\(host.port)"
        #expect(try await failure(settings) != nil)
        #expect(try host.mails.isEmpty)
    }

    @Test func `without TLS nothing is said, unless that is allowed`() async throws {
        let host = try await MailServer(offersTLS: false)
        defer { host.stop() }
        var settings = server(host)
        let refused = try #require(try await failure(settings))
        #expect(!refused.isPermanent)
        #expect(try host.mails.isEmpty)
        settings.requiresTLS = false
        #expect(try await failure(settings) == nil)
        #expect(try host.mails.map(\.isEncrypted) == [false])
    }

    @Test func `refusals of the recipient are for good or for now, those at the door are for now`() async throws {
        let host = try await MailServer(replies: [
            "gone@example.org": "550 5.1.1 no such user", "busy@example.org": "451 4.3.0 try later",
        ])
        defer { host.stop() }
        let gone = try #require(try await failure(server(host), to: "gone@example.org"))
        #expect(gone.isPermanent)
        #expect(gone.replyCode == 550)
        #expect(gone.description.contains("no such user"))
        let busy = try #require(try await failure(server(host), to: "busy@example.org"))
        #expect(!busy.isPermanent)
        #expect(busy.replyCode == 451)
        let stranger = try #require(try await failure(server(host, password: "wrong")))
        #expect(!stranger.isPermanent)
        #expect(try host.mails.isEmpty)
    }

    @Test func `a server that is not there fails for now`() async throws {
        let port = try Port.freeBlock(of: 1)
        let error = try #require(try await failure(SMTPServer(url: "smtp://127.0.0.1:\(port)")))
        #expect(!error.isPermanent)
        #expect(error.replyCode == nil)
    }
}
