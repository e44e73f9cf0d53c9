import Foundation
import HTTPTypes
import Logging
import Schema
import ServiceLifecycle
import Testing

@testable import Edge

/// What only shows with a real port.
@Suite struct ServerTests {
    private func withServer(
        limits: EdgeLimits = EdgeLimits(), allowedAddresses: [String]? = nil,
        _ body: (RawClient, String) async throws -> Void
    ) async throws {
        var dealer = RouteGroup(WatchTraderHub())
        dealer.post("/echo") { request in APIResponse(status: .ok, body: request.body) }
        dealer.get("/echo") { _ in APIResponse(status: .ok, body: Array("hello".utf8)) }
        dealer.get("/forever") { _ in
            try await Task.sleep(for: .seconds(3_600))
            return .noContent
        }
        let edge = try TestEdge(limits: limits, dealer.routes)
        let (token, _) = try await edge.key(allowedAddresses: allowedAddresses)
        let group = serviceGroup(edge)
        let running = Task { try await group.run() }
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(RawClient(port: edge.application.boundPort), token))
        } catch {
            result = .failure(error)
        }
        await group.triggerGracefulShutdown()
        try await running.value
        try result.get()
    }

    private func serviceGroup(_ edge: TestEdge) -> ServiceGroup {
        let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        return ServiceGroup(configuration: .init(services: [edge.application], logger: silent))
    }

    private func head(_ line: String, _ token: String?, _ fields: String...) -> [UInt8] {
        let authorization = token.map { ["Authorization: Bearer \($0)"] } ?? []
        return Array(
            ([line + " HTTP/1.1", "Host: test"] + authorization + fields + ["", ""]).joined(separator: "\r\n").utf8)
    }

    @Test func answersOverOneConnection() async throws {
        try await withServer { client, token in
            let post = head("POST /v1/echo", token, "Content-Length: 4")
            let chunked = head("POST /v1/echo", token, "Transfer-Encoding: chunked")
            let answer = try await client.send([
                post, Array("abcd".utf8), chunked, Array("3\r\nxyz\r\n0\r\n\r\n".utf8),
                head("HEAD /v1/echo", token), head("GET /v1/echo", token, "Connection: close"),
            ])
            #expect(answer.components(separatedBy: "HTTP/1.1 200 OK").count == 5)
            #expect(answer.contains("abcd") && answer.contains("xyz") && answer.hasSuffix("hello"))
            #expect(answer.components(separatedBy: "hello").count == 2)
        }
    }

    @Test func theClientsAddressIsTheConnectionsOrWhatTheGatewaySays() async throws {
        try await withServer(allowedAddresses: ["203.0.113.7"]) { client, token in
            let close = "Connection: close"
            let direct = try await client.send([head("GET /v1/echo", token, close)])
            #expect(direct.hasPrefix("HTTP/1.1 403") && direct.contains("address_not_allowed"))
            let forwarded = try await client.send([
                head("GET /v1/echo", token, "X-Forwarded-For: 203.0.113.7", close)
            ])
            #expect(forwarded.hasPrefix("HTTP/1.1 200"))
            let lines = try await client.send([
                head("GET /v1/echo", token, "X-Forwarded-For: 203.0.113.7", "X-Forwarded-For: 198.51.100.1", close)
            ])
            #expect(lines.hasPrefix("HTTP/1.1 403"))
        }
        try await withServer(allowedAddresses: ["127.0.0.1"]) { client, token in
            let direct = try await client.send([head("GET /v1/echo", token, "Connection: close")])
            #expect(direct.hasPrefix("HTTP/1.1 200"))
        }
    }

    @Test func tooLargeBodiesAreRefused() async throws {
        try await withServer { client, token in
            let body = [UInt8](repeating: 0x20, count: (1 << 20) + 1)
            let answer = try await client.send(
                [
                    head("POST /v1/echo", token, "Content-Length: \(body.count)"), body,
                    head("GET /v1/echo", token, "Connection: close"),
                ])
            #expect(answer.hasPrefix("HTTP/1.1 413"))
            #expect(answer.contains("payload_too_large"))
            // Read to its end, so the connection lives on.
            #expect(answer.hasSuffix("hello"))
            let exact = [UInt8](repeating: 0x20, count: 1 << 20)
            let allowed = try await client.send([
                head("POST /v1/echo", token, "Content-Length: \(exact.count)", "Connection: close"), exact,
            ])
            #expect(allowed.hasPrefix("HTTP/1.1 200"))
        }
    }

    @Test func endlessBodiesAreCutOff() async throws {
        var limits = EdgeLimits()
        limits.bodyBytes = 1_000
        try await withServer(limits: limits) { client, token in
            let chunk = Array("2710\r\n".utf8) + [UInt8](repeating: 0x20, count: 10_000) + Array("\r\n".utf8)
            for token in [token, nil] {
                let start = head("POST /v1/echo", token, "Transfer-Encoding: chunked")
                // It never sends its end; the server ends it.
                let answer = try await client.send([start] + Array(repeating: chunk, count: 3), until: "}")
                #expect(answer.isEmpty || answer.hasPrefix(token == nil ? "HTTP/1.1 401" : "HTTP/1.1 413"))
            }
        }
    }

    @Test func slowBodiesTimeOut() async throws {
        var limits = EdgeLimits()
        limits.readTimeout = .milliseconds(300)
        try await withServer(limits: limits) { client, token in
            let answer = try await client.send([head("POST /v1/echo", token, "Content-Length: 100"), Array("abc".utf8)])
            #expect(answer.hasPrefix("HTTP/1.1 408"))
            #expect(answer.contains("request_timeout"))
            let refused = try await client.send([head("POST /v1/echo", nil, "Content-Length: 100"), Array("abc".utf8)])
            #expect(refused.hasPrefix("HTTP/1.1 401"))
        }
    }

    @Test func slowHandlersAreCancelled() async throws {
        var limits = EdgeLimits()
        limits.handlerTimeout = .milliseconds(300)
        try await withServer(limits: limits) { client, token in
            let answer = try await client.send([
                head("GET /v1/forever", token), head("GET /v1/echo", token, "Connection: close"),
            ])
            #expect(answer.hasPrefix("HTTP/1.1 504"))
            #expect(answer.hasSuffix("hello"))
        }
    }

    @Test(arguments: [
        "rubbish\r\n\r\n", "GET\r\n\r\n", "GET /v1/echo HTTP/1.1\r\nA: \u{0}\r\n\r\n",
        "GET * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        "POST /v1/echo HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        "POST /v1/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "GET http://evil.example/v1/echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    ])
    func brokenRequestsDoNotHurt(_ text: String) async throws {
        try await withServer { client, token in
            let answer = try await client.send([Array(text.utf8)], until: "\r\n\r\n")
            #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 4"), "\(answer.prefix(60))")
            let after = try await client.send([head("GET /v1/echo", token, "Connection: close")])
            #expect(after.hasSuffix("hello"))
        }
    }

    /// A request that is running when the service is told to stop still gets its answer; then the service ends.
    @Test func gracefulShutdownFinishesWhatRuns() async throws {
        let (started, start) = AsyncStream<Void>.makeStream()
        let (released, release) = AsyncStream<Void>.makeStream()
        var dealer = RouteGroup(WatchTraderHub())
        dealer.get("/slow") { _ in
            start.yield()
            for await _ in released { break }
            return APIResponse(status: .ok, body: Array("finished".utf8))
        }
        let edge = try TestEdge(dealer.routes)
        let (token, _) = try await edge.key()
        let group = serviceGroup(edge)
        let running = Task { try await group.run() }
        let client = RawClient(port: await edge.application.boundPort)
        let request = head("GET /v1/slow", token)
        let answer = Task { try await client.send([request]) }
        for await _ in started { break }
        await group.triggerGracefulShutdown()
        release.yield()
        #expect(try await answer.value.hasSuffix("finished"))
        try await running.value
    }

    @Test func tooManyHeadersAreRefused() async throws {
        try await withServer { client, token in
            let fields = (0..<50).map { "X-\($0): " + String(repeating: "a", count: 1_000) }.joined(separator: "\r\n")
            let answer = try await client.send([head("GET /v1/echo", token, fields)])
            #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 4"))
        }
    }
}
