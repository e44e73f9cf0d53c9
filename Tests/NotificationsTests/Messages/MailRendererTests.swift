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

    private func render(_ template: MailTemplate, _ letter: OrderLetter, to name: String? = "Ada") throws
        -> MailRenderer.Text
    {
        try MailRenderer.render(template, letter, to: name, from: "The Shop")
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
        let letter = try letter("EUR", refunded: 1234)
        #expect(try render(template, letter).html?.contains("<html") == true)
        #expect(try render(template, letter, to: nil).text.contains("Hello,"))
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
