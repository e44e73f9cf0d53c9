import Schema
import Testing

@testable import Notifications

@Suite struct MailRendererTests {
    private func letter(
        _ code: String, unit: Int64 = 123_456, refunded: Int64? = nil, name: String? = "Starter kit"
    ) throws -> OrderLetter {
        let currency = try #require(Currency(code))
        var order = OrderCompleted.example.order
        order.currency = currency
        order.total = 2 * unit + 500
        order.lineItems = [OrderLine(externalID: nil, sku: "KIT-1", name: name, quantity: 2, unitAmount: unit)]
        order.checkout?.shipping = 1000
        order.checkout?.tax = 0
        order.checkout?.discount = 500
        return OrderLetter(order, refunded: refunded)
    }

    private func render(
        _ template: MailTemplate, _ content: MessageContent, to name: String? = "Ada"
    ) throws -> MailRenderer.Text {
        let model = try #require(MailModel.model(of: content, to: name, from: "The Shop"))
        return try MailRenderer.render(template, model)
    }

    private func render(
        _ template: MailTemplate, _ letter: OrderLetter, to name: String? = "Ada"
    ) throws -> MailRenderer.Text {
        try render(template, MessageContent(letter: letter), to: name)
    }

    private func report(_ count: Int, groups: Int = 1) -> ErrorReport {
        ErrorReport(
            name: "nightly", from: "2026-11-20 07:00", until: "2026-11-21 07:00", timeZone: "Europe/Berlin",
            count: count,
            groups: (0..<groups).map {
                ErrorReport.Group(endpoint: "crm-\($0)", resource: "customer", error: "HTTP 500", count: 1)
            }, link: "https://shop.example/file?expires=1&signature=ab", linkExpires: "2026-11-28 07:01")
    }

    @Test(arguments: [
        ("USD", "$2,469.12", "$2,474.12", "$10.00"), ("JPY", "¥246,912", "¥247,412", "¥1,000"),
        ("KWD", "KWD\u{a0}246.912", "KWD\u{a0}247.412", "KWD\u{a0}1.000"),
    ])
    func `amounts have the digits of their currency`(
        code: String, line: String, total: String, shipping: String
    ) throws {
        let mail = try render(.orderConfirmation, letter(code))
        #expect(mail.subject == "Your order ORD-240528-00001")
        for text in [mail.text, try #require(mail.html)] {
            #expect(text.contains("2 × Starter kit"))
            #expect(text.contains(line))
            #expect(text.contains(total))
            #expect(text.contains(shipping))
            #expect(text.contains("ORD-240528-00001"))
            #expect(!text.contains("Tax"))
            #expect(!text.contains("{{"))
        }
        #expect(mail.text.contains("Discount: -"))
        #expect(try render(.orderConfirmation, letter(code, name: nil)).text.contains("2 × KIT-1"))
        #expect(mail.text.hasPrefix("Hello Ada,"))
    }

    @Test(arguments: MailTemplate.allCases)
    func `every template is there, with and without a name`(template: MailTemplate) throws {
        let content =
            switch template {
            case .orderConfirmation, .orderRefund: MessageContent(letter: try letter("EUR", refunded: 1234))
            case .orderShipment: MessageContent(shipment: ShipmentLetter(FulfillmentShipped.example.fulfillment))
            case .errorReport: MessageContent(report: report(1))
            }
        #expect(try render(template, content).html?.contains("<html") == true)
        let text = try render(template, content, to: nil).text
        #expect(text.contains("Hello,") == template.isOrderMail)
        #expect(text.contains("The Shop"))
    }

    @Test func `a parcel can be followed`() throws {
        var fulfillment = FulfillmentShipped.example.fulfillment
        let mail = try render(.orderShipment, MessageContent(shipment: ShipmentLetter(fulfillment)))
        #expect(mail.subject == "Your order ORD-240528-00001 is on its way")
        for text in [mail.text, try #require(mail.html)] {
            for part in ["1 × Starter kit", "UPS", "1Z999", "https://carrier.example/1Z999", "ORD-240528-00001"] {
                #expect(text.contains(part))
            }
            #expect(!text.contains("{{"))
        }
        #expect(mail.html?.contains(#"<a href="https://carrier.example/1Z999">"#) == true)
        (fulfillment.carrier, fulfillment.trackingURL) = (nil, nil)
        let plain = try render(.orderShipment, MessageContent(shipment: ShipmentLetter(fulfillment)))
        #expect(!plain.text.contains("Carrier") && !plain.text.contains("Follow"))
        #expect(plain.html?.contains("<a ") == false)
    }

    @Test(arguments: [
        "javascript:alert(1)", "https://a.example/\"><img>", "https://a.example/ b", "//a.example", "https://ä.example",
    ])
    func `a link that might lead astray is left out`(url: String) throws {
        var fulfillment = FulfillmentShipped.example.fulfillment
        fulfillment.trackingURL = url
        let mail = try render(.orderShipment, MessageContent(shipment: ShipmentLetter(fulfillment)))
        #expect(mail.html?.contains("<a ") == false)
        #expect(mail.text.contains("1Z999"))
    }

    @Test func `a report tells counts, and of what it leaves out`() throws {
        let one = try render(.errorReport, MessageContent(report: report(1)))
        #expect(one.subject == "nightly: 1 failed delivery")
        #expect(!one.text.contains("others") && !one.text.contains("latest"))
        let many = try render(.errorReport, MessageContent(report: report(12_345, groups: 50)))
        #expect(many.subject == "nightly: 12345 failed deliveries")
        for text in [many.text, try #require(many.html)] {
            #expect(text.contains("crm-49"))
            #expect(text.contains("all others"))
            #expect(text.contains("12295"))
            #expect(text.contains("the latest 10000 of them"))
            #expect(text.contains("2026-11-21 07:00 (Europe/Berlin)"))
            #expect(!text.contains("{{"))
        }
        #expect(many.text.contains("https://shop.example/file?expires=1&signature=ab"))
        #expect(many.html?.contains("https://shop.example/file?expires=1&amp;signature=ab") == true)
    }

    @Test func `a refund tells its amount`() throws {
        let mail = try render(.orderRefund, letter("EUR", refunded: 1234))
        #expect(mail.text.contains("€12.34"))
        #expect(mail.html?.contains("€12.34") == true)
    }

    @Test func `what a buyer or a shop wrote is text, not markup`() throws {
        let hostile = #"<img src=x onerror="alert(1)">&{{sender}}"#
        let mail = try render(.orderConfirmation, letter("EUR", name: hostile), to: hostile)
        let html = try #require(mail.html)
        #expect(!html.contains("<img"))
        #expect(html.contains("&lt;img"))
        #expect(html.contains("{{sender}}"))
        #expect(mail.text.contains("2 × \(hostile)"))
    }
}
