import AsyncHTTPClient
import Logging
import NIOCore
import NIOHTTP1
import Schema

/// Sends a request to wherever its URL leads, if that is a place where webhooks may go.
///
/// Certificates are verified, redirects are not followed, and of a response no more is read than is kept.
final class WebhookTransport: Sendable {
    /// How much of a response's body is kept.
    static let keptBytes = 16 * 1024
    /// How much of it is read if it may tell of a thousand records.
    static let resultBytes = 1 << 20

    private let destinations: Destinations
    private let timeout: Duration

    /// - Parameter timeout: How long one attempt may take, from the question for the address to the last byte kept.
    init(settings: TransportSettings, timeout: Duration, resolver: Resolver = Resolver()) throws {
        destinations = try Destinations(settings: settings, resolver: resolver)
        self.timeout = timeout
    }

    /// Makes one attempt. Every failure is an outcome; only cancellation is thrown.
    func send(_ request: WebhookRequest, headers: [(String, String)]) async throws -> DeliveryOutcome {
        do {
            let end = ContinuousClock.now + timeout
            let destination = try await destinations.lease(request.url, tls: request.tls, within: timeout)
            defer { destinations.giveBack(destination) }
            return try await exchange(request, headers: headers, over: destination.client, until: end)
        } catch {
            try Task.checkCancellation()
            return DeliveryOutcome(error: Self.describe(error, timeout: timeout))
        }
    }

    /// Closes all connections.
    func shutdown() async {
        await destinations.shutdown()
    }

    private func exchange(
        _ request: WebhookRequest, headers: [(String, String)], over client: HTTPClient,
        until end: ContinuousClock.Instant
    ) async throws -> DeliveryOutcome {
        var message = HTTPClientRequest(url: request.url)
        message.method = HTTPMethod(rawValue: request.method.rawValue)
        message.headers = HTTPHeaders(headers)
        message.body = .bytes(ByteBuffer(bytes: request.body))
        // The client's own deadline ends with the response's head.
        let response = try await client.execute(message, timeout: .init(end - .now))
        let limit = request.records.isEmpty ? Self.keptBytes : Self.resultBytes
        let isEmpty = response.headers.first(name: "content-length") == "0"
        let body =
            if isEmpty {
                try await Self.read(response.body, limit)
            } else {
                try await withDeadline(end - .now) { [parts = response.body] in try await Self.read(parts, limit) }
            }
        let retryAfter = response.headers.first(name: "retry-after").flatMap { RetryAfter.wait($0, now: .now()) }
        let text = Self.shown(String(decoding: body.prefix(Self.keptBytes), as: UTF8.self), without: request.secrets)
        var outcome = DeliveryOutcome(status: Int(response.status.code), response: text, retryAfter: retryAfter)
        outcome.answer = body
        outcome.headers = Self.shown(response.headers, without: request.secrets)
        return outcome
    }

    /// Response headers by lower-case name, at most as much as of a body.
    private static func shown(_ headers: HTTPHeaders, without secrets: [String]) -> String {
        var shown: [String: String] = [:]
        var size = 0
        for (name, value) in headers {
            let name = name.lowercased()
            let text = Self.secretHeaders.contains(name) ? "…" : Self.shown(value, without: secrets)
            size += name.utf8.count + text.utf8.count
            guard size <= keptBytes else { break }
            shown[name] = shown[name].map { $0 + ", " + text } ?? text
        }
        return JSONValue.object(shown.mapValues { .string($0) }).serialized()
    }

    /// A receiver may send back what it was sent. Postgres keeps no NUL in a text.
    private static func shown(_ text: String, without secrets: [String]) -> String {
        secrets.reduce(text.replacing("\0", with: "\u{fffd}")) { $0.replacing($1, with: "…") }
    }

    private static let secretHeaders: Set<String> = [
        "set-cookie", "set-cookie2", "authorization", "proxy-authorization", "authentication-info",
        "proxy-authentication-info", "x-api-key", "x-auth-token", "x-csrf-token",
    ]

    private static func read(_ parts: HTTPClientResponse.Body, _ limit: Int) async throws -> [UInt8] {
        var body: [UInt8] = []
        for try await part in parts {
            body.append(contentsOf: part.readableBytesView.prefix(limit - body.count))
            if body.count == limit { break }
        }
        return body
    }

    /// A sentence without addresses of the inside, and without anything that was sent.
    private static func describe(_ error: any Error, timeout: Duration) -> String {
        let tooLate = "There was no complete answer within \(timeout)."
        return switch error {
        case let error as RefusedDestination: error.description
        case is DeadlineExceeded: tooLate
        case let error as HTTPClientError where error == .deadlineExceeded || error == .readTimeout: tooLate
        case let error as HTTPClientError where error == .connectTimeout: "No connection could be made in time."
        case let error as HTTPClientError: "The connection failed: \(error.shortDescription)."
        default: ConnectionFault.sentence(for: error)
        }
    }
}
