import Mail
import Schema
import TestKit
import Testing

@testable import Notifications

/// From an order's event to the buyer's mail.
@Suite struct OrderMailTests {
    private func complete(_ office: PostOffice, email: String = "ada@example.com") async throws {
        var order = OrderCompleted.example.order
        order.id = OrderID()
        order.buyer = try office.keyring.seal(Buyer(name: "Ada\r\nBcc: eve@example.com", email: email))
        try await office.handle(OrderConfirmationHandler(mail: office.mail), OrderCompleted(order: order))
    }

    @Test func `an order's completion is told once, however often its event comes`() async throws {
        try await PostOffice.with { office in
            let completed = OrderCompleted.example
            for _ in 0..<3 { try await office.handle(OrderConfirmationHandler(mail: office.mail), completed) }
            try await office.handle(OrderRefundHandler(mail: office.mail), OrderRefunded.example)
            #expect(try await office.statuses() == [.queued, .queued])
            try await office.sendAll()
            #expect(try await office.statuses() == [.sent, .sent])
            let mails = try office.files("mail")
            #expect(mails.count == 2)
            let mail = try #require(mails.first { $0.contains("Subject: Your order ORD-240528-00001") })
            #expect(mail.contains("To: \"Ada Lovelace\" <ada@example.com>\r\n"))
            #expect(mail.contains("multipart/alternative"))
            #expect(mails.contains { $0.contains("Subject: Your refund for order ORD-240528-00001") })
        }
    }

    @Test func `each parcel is told of once, however often its event comes`() async throws {
        try await PostOffice.with { office in
            var parcel = FulfillmentShipped.example
            let handler = ShipmentMailHandler(mail: office.mail)
            for _ in 0..<3 { try await office.handle(handler, parcel) }
            // The same parcel's link is put right, another one leaves, and the first one's event comes late.
            parcel.fulfillment.trackingURL = "https://carrier.example/other"
            try await office.handle(handler, parcel, sequence: 2)
            parcel.fulfillment.trackingNumber = "1Z998"
            try await office.handle(handler, parcel, sequence: 3)
            try await office.handle(handler, FulfillmentShipped.example)
            try await office.sendAll()
            let mails = try office.files("mail")
            #expect(mails.count == 2)
            #expect(mails.allSatisfy { $0.contains("Subject: Your order ORD-240528-00001 is on its way") })
            #expect(mails.allSatisfy { $0.contains("To: \"Ada Lovelace\" <ada@example.com>\r\n") })
            #expect(mails.filter { $0.contains("Tracking number: 1Z998") }.count == 1)
            #expect(mails.filter { $0.contains("https://carrier.example/1Z999") }.count == 1)
            // Version 1 of the event does not say who gets it.
            parcel.fulfillment.trackingNumber = "1Z997"
            parcel.recipient = nil
            try await office.handle(handler, parcel, sequence: 4)
            #expect(try await office.statuses().count == 2)
        }
    }

    @Test func `an order without a mail address is no mail`() async throws {
        try await PostOffice.with { office in
            var order = OrderCompleted.example.order
            order.buyer = nil
            try await office.handle(OrderConfirmationHandler(mail: office.mail), OrderCompleted(order: order))
            order.buyer = try office.keyring.seal(Buyer(name: "Ada"))
            try await office.handle(OrderConfirmationHandler(mail: office.mail), OrderCompleted(order: order))
            #expect(try await office.statuses().isEmpty)
        }
    }

    @Test func `an account can have its own sender, or no order mail`() async throws {
        try await PostOffice.with { office in
            let path = "PUT /admin/v1/message-settings"
            var answer = try await office.caller.call(
                path,
                body: [
                    "email": [
                        "sender_name": "Zoë & Co", "sender_address": "shop@zoe.example", "reply_to": "help@zoe.example",
                    ]
                ])
            #expect(answer.status == 200)
            try await complete(office)
            try await office.sendAll()
            let mail = try #require(try office.files("mail").first)
            #expect(mail.contains("From: =?utf-8?B?Wm/DqyAmIENv?= <shop@zoe.example>\r\n"))
            #expect(mail.contains("Reply-To: help@zoe.example\r\n"))
            #expect(!mail.contains("\nBcc:"))
            #expect(mail.contains("Hello Ada"))
            // Another sender would not make it another mail.
            #expect(mail.contains("@caravan.invalid>\r\n"))

            answer = try await office.caller.call(path, body: ["email": ["sends_order_mail": false]])
            #expect(answer.body["email"]?["sender_name"] == "Zoë & Co")
            try await complete(office)
            #expect(try await office.statuses() == [.sent])
            for wrong: JSONValue in ["shop", "shop@zoe.example\r\nBcc: eve@example.com", "a b@zoe.example"] {
                answer = try await office.caller.call(path, body: ["email": ["sender_address": wrong]])
                #expect(answer.status == 400 || answer.status == 422)
            }
            let other = try await office.caller.call("GET /admin/v1/message-settings", as: AccountID())
            #expect(other.body["email"]?["sender_name"] == .null)
        }
    }

    @Test func `mail goes by SMTP, is tried again, and given up for good reasons`() async throws {
        let host = try await MailServer(replies: [
            "busy@example.com*2": "451 4.3.0 try later", "gone@example.com": "550 5.1.1 no such user",
        ])
        defer { host.stop() }
        try await PostOffice.with { office in
            var server = SMTPServer(url: host.url)
            (server.username, server.password) = (MailServer.user, MailServer.password)
            server.trustedRoots = host.certificate
            for name in ["ada", "busy", "gone"] { try await complete(office, email: "\(name)@example.com") }
            try await complete(office, email: "no address")
            try await office.sending(try office.messaging(smtp: server)) {
                try await eventually("nothing is queued") { try await !office.statuses().contains(.queued) }
            }
            let all = try await office.all()
            #expect(all.map(\.status) == [.sent, .sent, .failed, .failed])
            #expect(all.map(\.attempts) == [1, 3, 1, 1])
            #expect(all[2].reason?.contains("no such user") == true)
            let mails = try host.mails
            #expect(Set(mails.flatMap(\.recipients)) == ["ada@example.com", "busy@example.com"])
            #expect(mails.allSatisfy { $0.isEncrypted && $0.user == MailServer.user })
            #expect(Set(mails.compactMap { $0.headers["message-id"] }) == Set(all.prefix(2).compactMap(\.providerID)))
            #expect(mails.first?.parts["text/html"]?.contains("ORD-240528-00001") == true)
        }
    }

    @Test func `who dies before writing it down has it sent again as the same mail`() async throws {
        try await PostOffice.with { office in
            try await complete(office)
            // Sent and not written down: the claim of a replica that is no more.
            let claimed = try await office.messages.claim(10, lease: .zero)
            let transports = try office.messaging().transports(TransportSettings())
            for message in claimed {
                let content = try office.keyring.open(message.content)
                let outcome = await transports.send(
                    message, content, to: try #require(content.address), MessageSettings())
                guard case .sent = outcome else { throw CancellationError() }
            }
            let first = try office.files("mail")
            try await office.sendAll()
            // The file's name is the Message-ID's: another one would be a second file.
            #expect(try office.files("mail") == first)
            #expect(first.count == 1)
        }
    }

    @Test func `replicas share the work`() async throws {
        try await PostOffice.with { office in
            for _ in 0..<20 { try await complete(office) }
            let first = try await office.messages.claim(12, lease: .seconds(60))
            let second = try await office.messages.claim(12, lease: .seconds(60))
            #expect(first.count == 12)
            #expect(second.count == 8)
            #expect(Set(first.map(\.id)).isDisjoint(with: second.map(\.id)))
        }
    }
}
