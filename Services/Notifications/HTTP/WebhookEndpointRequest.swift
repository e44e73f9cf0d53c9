import Edge
import Schema

/// The body of `PUT /admin/v1/webhook-endpoints/{name}`.
struct WebhookEndpointRequest: Decodable, Sendable {
    let url: String?
    let style: String?
    let events: [String]?
    let retry: RetrySettings?
    let batchSize: Int?
    let headers: [String: String]?
    let enabled: Bool?

    enum CodingKeys: String, CodingKey {
        case url, style, events, retry, headers, enabled
        case batchSize = "batch_size"
    }

    /// Headers that the engine itself sets.
    private static let reservedHeaders: Set<String> = [
        "host", "content-length", "transfer-encoding", "connection", "traceparent", "webhook-id", "webhook-timestamp",
        "webhook-signature",
    ]

    /// The endpoint's settings. Without `events` it subscribes to all.
    func settings(allowsPlainHTTP: Bool) throws(RequestError) -> EndpointSettings {
        var validation = Validation()
        let url = validation.required(url, "url", maximum: 2048)
        if !url.isEmpty, let fault = WebhookURL.fault(url, allowsPlainHTTP: allowsPlainHTTP) {
            validation.fail(["url"], "invalid_url", fault)
        }
        let style = validation.required(style, "style")
        let known = WebhookStyles.all.map { $0.name }
        if !style.isEmpty, !known.contains(style) {
            validation.fail(["style"], "invalid_choice", "This must be one of: \(known.joined(separator: ", ")).")
        }
        let events = events(&validation)
        if let batchSize, !(1...1000).contains(batchSize) {
            validation.fail(["batch_size"], "out_of_range", "This must be from 1 to 1000.")
        }
        check(retry, &validation)
        check(headers ?? [:], &validation)
        try validation.check()
        return EndpointSettings(
            url: url, style: style, events: events, retry: retry ?? RetrySettings(), batchSize: batchSize)
    }

    private func events(_ validation: inout Validation) -> [String] {
        let events = events ?? ["*"]
        if events.isEmpty || events.count > 100 || !events.allSatisfy({ (1...100).contains($0.utf8.count) }) {
            validation.fail(["events"], "invalid", "There must be 1 to 100 names of events, or \"*\".")
        }
        return events
    }

    private func check(_ retry: RetrySettings?, _ validation: inout Validation) {
        if let limit = retry?.limit, !(0...100).contains(limit) {
            validation.fail(["retry", "limit"], "out_of_range", "This must be from 0 to 100.")
        }
        if let delay = retry?.delaySeconds, !(1...86_400).contains(delay) {
            validation.fail(["retry", "delay_seconds"], "out_of_range", "This must be from 1 to 86400.")
        }
    }

    private func check(_ headers: [String: String], _ validation: inout Validation) {
        if headers.count > 20 { validation.fail(["headers"], "too_many", "There are at most 20 headers.") }
        for (name, value) in headers {
            let isToken = !name.isEmpty && name.utf8.allSatisfy { Self.tokenBytes.contains($0) }
            if !isToken || Self.reservedHeaders.contains(name.lowercased()) {
                validation.fail(["headers", name], "invalid_header", "This header cannot be set.")
            }
            if value.utf8.count > 4096 || !value.utf8.allSatisfy({ (0x20...0x7e).contains($0) }) {
                validation.fail(["headers", name], "invalid_header", "A header's value is visible ASCII.")
            }
        }
    }

    /// `token` of RFC 9110, 5.6.2.
    private static let tokenBytes = Set(
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
}
