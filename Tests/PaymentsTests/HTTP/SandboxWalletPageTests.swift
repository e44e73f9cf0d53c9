import Schema
import Testing

@testable import Payments

/// The page that a redirected buyer sees.
@Suite struct SandboxWalletPageTests {
    private func page(_ state: SandboxState, returnURL: String = "https://shop.example/thanks?a=1&b=2") -> String {
        SandboxWalletPage(
            amount: Money(minorUnits: 5_500, currency: .usd), state: state,
            wallet: .init(token: "t", returnURL: returnURL, cancelURL: "https://shop.example/cart")
        ).html
    }

    @Test func anApprovedPaymentLeadsBack() {
        let html = page(.approved)
        #expect(html.contains("$55.00"))
        #expect(html.contains("href=\"https://shop.example/thanks?a=1&amp;b=2\""))
        #expect(html.contains("<button>"))
    }

    @Test func aCancelledOneLeadsToTheCart() {
        let html = page(.cancelled)
        #expect(html.contains("href=\"https://shop.example/cart\""))
        #expect(!html.contains("<button>"))
    }

    @Test(arguments: ["javascript:alert(1)", "data:text/html,x", "https://a.example/\"><script>alert(1)</script>"])
    func anAddressCannotRunAnything(address: String) {
        let html = page(.approved, returnURL: address)
        #expect(!html.contains("<script"))
        #expect(!html.contains("href=\"javascript"))
        #expect(!html.contains("href=\"data"))
    }
}
