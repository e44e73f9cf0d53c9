import Testing

@testable import Notifications

@Suite struct WebhookURLTests {
    @Test(arguments: [
        "", "shop", "ftp://shop.example/hook", "file:///etc/passwd", "javascript:alert(1)", "https://", "https:///hook",
        "https://user@shop.example/", "https://user:secret@shop.example/", "https://shop.example/#part",
        "https://shop.example/a b", "https://shop.example/\r\nX: y", "//shop.example/hook", "http://shop.example/hook",
        "https://shop.example/{id", "https://shop.example/id}", "https://shop.example/}{",
        "https://shop.example/{{id}}",
    ]) func `refuses`(url: String) {
        #expect(WebhookURL.fault(url, allowsPlainHTTP: false) != nil)
    }

    @Test(arguments: [
        "https://shop.example", "https://shop.example:8443/hook?a=b", "HTTPS://shop.example/",
        "https://[2606:4700::1]/",
        "https://1.1.1.1/", "https://shop.example/{id}/of/{externalOrderId}",
    ]) func `accepts`(url: String) {
        #expect(WebhookURL.fault(url, allowsPlainHTTP: false) == nil)
    }

    @Test func `plain HTTP only when allowed`() {
        #expect(WebhookURL.fault("http://127.0.0.1:9000/hook", allowsPlainHTTP: true) == nil)
    }
}
