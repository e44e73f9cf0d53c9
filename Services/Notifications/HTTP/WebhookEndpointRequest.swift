import Edge
import Schema

/// The body of `PUT /admin/v1/webhook-endpoints/{name}`.
struct WebhookEndpointRequest: Decodable, Sendable {
    let url: String?
    let style: String?
    let events: [String]?
    let retry: RetrySettings?
    let batchSize: Int?
    let resource: String?
    let rateLimit: Int?
    /// The header of that name, often the receiver's own API key.
    let authorization: String?
    let headers: [String: String]?
    /// Nil for the version that the endpoint is pinned to.
    let payloadVersion: String?
    let signatures: [String]?
    /// Left out, the certificate stays, as nobody can read it to send it again; null takes it away.
    let clientCertificate: ClientCertificateRequest??
    let trustedRoots: String?
    let enabled: Bool?
    /// What is in the body and means nothing.
    private let strangers: [String]

    enum CodingKeys: String, CodingKey, CaseIterable {
        case url, style, events, retry, resource, authorization, headers, enabled, signatures
        case payloadVersion = "payload_version"
        case clientCertificate = "client_certificate"
        case trustedRoots = "trusted_roots"
        case batchSize = "batch_size"
        case rateLimit = "rate_limit"
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        url = try container.decodeIfPresent(String.self, forKey: .url)
        style = try container.decodeIfPresent(String.self, forKey: .style)
        events = try container.decodeIfPresent([String].self, forKey: .events)
        retry = try container.decodeIfPresent(Exactly<RetrySettings>.self, forKey: .retry)?.body
        batchSize = try container.decodeIfPresent(Int.self, forKey: .batchSize)
        resource = try container.decodeIfPresent(String.self, forKey: .resource)
        rateLimit = try container.decodeIfPresent(Int.self, forKey: .rateLimit)
        authorization = try container.decodeIfPresent(String.self, forKey: .authorization)
        headers = try container.decodeIfPresent([String: String].self, forKey: .headers)
        payloadVersion = try container.decodeIfPresent(String.self, forKey: .payloadVersion)
        signatures = try container.decodeIfPresent([String].self, forKey: .signatures)
        clientCertificate =
            container.contains(.clientCertificate)
            ? .some(try container.decodeIfPresent(ClientCertificateRequest.self, forKey: .clientCertificate)) : nil
        trustedRoots = try container.decodeIfPresent(String.self, forKey: .trustedRoots)
        enabled = try container.decodeIfPresent(Bool.self, forKey: .enabled)
        // What an endpoint shows may come back with its settings, and means nothing.
        let known = Set(CodingKeys.allCases.map(\.rawValue) + WebhookEndpointBody.CodingKeys.allCases.map(\.rawValue))
        strangers = try decoder.fieldNames().filter { !known.contains($0) }
    }

    /// The endpoint's settings, and the headers it wants. Without `events` it subscribes to all.
    func settings(
        allowsPlainHTTP: Bool
    ) throws(RequestError) -> (
        settings: EndpointSettings, headers: [String: String], tls: @Sendable (EndpointTLS?) -> EndpointTLS?
    ) {
        var validation = Validation()
        for name in strangers { validation.fail([name], "unknown_setting", "There is no such setting.") }
        let url = validation.required(url, "url", maximum: 2048)
        if !url.isEmpty, let fault = WebhookURL.fault(url, allowsPlainHTTP: allowsPlainHTTP) {
            validation.fail(["url"], "invalid_url", fault)
        }
        let name = validation.required(style, "style")
        let style = WebhookStyles.style(name)
        if !name.isEmpty, style == nil { choice(["style"], of: WebhookStyles.all.map { $0.name }, &validation) }
        let resource = style.flatMap { check($0, &validation) }
        let signatures = signatureSchemes(&validation)
        let tls = tls(&validation)
        let events = events(of: style, resource, &validation)
        if let rateLimit, !(1...10_000).contains(rateLimit) {
            validation.fail(["rate_limit"], "out_of_range", "This must be from 1 to 10000.")
        }
        check(retry, &validation)
        let headers = allHeaders(&validation)
        try validation.check()
        let settings = EndpointSettings(
            url: url, style: name, events: events, retry: retry ?? RetrySettings(), batchSize: batchSize,
            resource: resource, rateLimit: rateLimit, signatures: signatures)
        return (settings, headers, tls)
    }

    /// Looks at the settings that not every style has; answers the resource.
    private func check(_ style: any WebhookStyle.Type, _ validation: inout Validation) -> String? {
        let resource = style.resources.isEmpty ? nil : resource ?? style.resources[0]
        let parameters = WebhookURL.parameters(url ?? "") ?? []
        let isKnown = resource.map(style.resources.contains) ?? true
        let knownParameters = style.urlParameters(of: resource)
        if isKnown, !Set(parameters).isSubset(of: knownParameters) {
            let known = knownParameters.map { "{\($0)}" }.joined(separator: ", ")
            validation.fail(
                ["url"], "invalid_url",
                known.isEmpty ? "The URL can have no braces." : "In braces, the URL can have only: \(known).")
        }
        if let payloadVersion, !style.payloadVersions.contains(payloadVersion) {
            choice(["payload_version"], of: style.payloadVersions, &validation)
        }
        if self.resource != nil, style.resources.isEmpty {
            validation.fail(["resource"], "unknown_setting", "The style \(style.name) has no such setting.")
        } else if let resource, !style.resources.contains(resource) {
            choice(["resource"], of: style.resources, &validation)
        }
        if batchSize != nil {
            checkBatches(style, isTemplate: !parameters.isEmpty, &validation)
        }
        return resource
    }

    private func checkBatches(
        _ style: any WebhookStyle.Type, isTemplate: Bool, _ validation: inout Validation
    ) {
        if !style.knowsBatches {
            validation.fail(["batch_size"], "unknown_setting", "The style \(style.name) has no such setting.")
        } else if isTemplate {
            validation.fail(["batch_size"], "conflict", "A URL with a record's id takes one record at a time.")
        }
        if let batchSize, !(1...1000).contains(batchSize) {
            validation.fail(["batch_size"], "out_of_range", "This must be from 1 to 1000.")
        }
    }

    private func choice(_ path: [String], of known: [String], _ validation: inout Validation) {
        validation.fail(path, "invalid_choice", "This must be one of: \(known.joined(separator: ", ")).")
    }

    private func signatureSchemes(_ validation: inout Validation) -> [SignatureScheme] {
        let names = signatures ?? [SignatureScheme.symmetric.rawValue]
        if names.isEmpty || !names.allSatisfy({ SignatureScheme(rawValue: $0) != nil }) {
            let known = SignatureScheme.allCases.map(\.rawValue).joined(separator: ", ")
            validation.fail(["signatures"], "invalid_choice", "These must be some of: \(known).")
        }
        return SignatureScheme.allCases.filter { names.contains($0.rawValue) }
    }

    /// Each of them has to let some message through that the endpoint could get.
    private func events(
        of style: (any WebhookStyle.Type)?, _ resource: String?, _ validation: inout Validation
    ) -> [String] {
        let events = events ?? ["*"]
        if events.isEmpty || events.count > 100 {
            validation.fail(["events"], "invalid", "There must be 1 to 100 names of events, or \"*\".")
        }
        guard let style, resource.map(style.resources.contains) ?? true else { return events }
        let types = style.types(of: resource)
        let known = Set(types.flatMap(EventFilter.entries(admitting:)))
        for (index, name) in events.prefix(100).enumerated() where !known.contains(name) {
            choice(["events", "\(index)"], of: ["*"] + types, &validation)
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

    /// The endpoint's own headers, `authorization` among them.
    private func allHeaders(_ validation: inout Validation) -> [String: String] {
        let headers = headers ?? [:]
        if headers.count > 20 { validation.fail(["headers"], "too_many", "There are at most 20 headers.") }
        if Set(headers.keys.map { $0.lowercased() }).count < headers.count {
            validation.fail(["headers"], "duplicate_header", "A header can be set once.")
        }
        for (name, value) in headers {
            let isToken = !name.isEmpty && name.utf8.allSatisfy { Self.tokenBytes.contains($0) }
            if !isToken || ReservedHeaders.contains(name) {
                validation.fail(["headers", name], "invalid_header", "This header cannot be set.")
            }
            checkHeader(value, ["headers", name], &validation)
        }
        guard let authorization else { return headers }
        checkHeader(authorization, ["authorization"], &validation)
        if headers.keys.contains(where: { $0.lowercased() == "authorization" }) {
            validation.fail(["authorization"], "duplicate_header", "The headers have an Authorization already.")
        }
        return headers.merging(["Authorization": authorization]) { $1 }
    }

    private func checkHeader(_ value: String, _ path: [String], _ validation: inout Validation) {
        let isBlank = value.allSatisfy { $0 == " " }
        if isBlank || value.utf8.count > 4096 || !value.utf8.allSatisfy({ (0x20...0x7e).contains($0) }) {
            validation.fail(path, "invalid_header", "A header's value is visible ASCII.")
        }
    }

    /// `token` of RFC 9110, 5.6.2.
    private static let tokenBytes = Set(
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
}

/// Headers that an endpoint cannot set: those of the connection (RFC 9110, 7.6.1), and those by which receivers know who
/// sent a message.
enum ReservedHeaders {
    private static let common: Set<String> = [
        "host", "content-length", "transfer-encoding", "connection", "keep-alive", "proxy-connection",
        "proxy-authenticate", "proxy-authorization", "te", "trailer", "upgrade", "expect", "traceparent",
        "tracestate", "webhook-id", "webhook-timestamp", "webhook-signature", "caravan-resource",
        "caravan-sequence",
    ]
    private static let signatures = Set(WebhookStyles.all.compactMap { $0.signatureHeader?.lowercased() })

    static func contains(_ name: String) -> Bool {
        let name = name.lowercased()
        return common.contains(name) || signatures.contains(name)
    }
}

extension RetrySettings: NamingItsFields {}
