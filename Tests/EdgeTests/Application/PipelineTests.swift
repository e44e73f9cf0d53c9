import HTTPTypes
import Logging
import Postgres
import Schema
import Testing

@testable import Edge

private struct Named: Codable { var name: String }
private struct Surprise: Error {}

private func makeRoutes() -> [Route] {
    var dealer = RouteGroup(WatchTraderHub())
    dealer.get("/health", isPublic: true) { request in
        APIResponse(status: .ok, body: Array(request.principal.keyID.utf8))
    }
    dealer.get("/orders/{id}") { request in try .json(Named(name: try request.parameter("id"))) }
    dealer.post("/orders") { request in try .json(try request.decode(Named.self), status: .created) }
    dealer.delete("/orders/{id}") { _ in .noContent }
    dealer.post("/orders/search") { request in APIResponse(status: .ok, body: Array(request.route.utf8)) }
    dealer.get("/route") { request in APIResponse(status: .ok, body: Array(request.route.utf8)) }
    dealer.get("/trace") { _ in APIResponse(status: .ok, body: Array((TraceContext.current?.traceparent ?? "").utf8)) }
    dealer.get("/limit") { request in
        APIResponse(status: .ok, body: Array("\(try request.query.integer("limit", in: 1...100, default: 50))".utf8))
    }
    dealer.post("/fail/{how}") { request in
        switch try request.parameter("how") {
        case "surprise": throw Surprise()
        case "away": throw PostgresError(code: .connection, message: "secret@example.com")
        case "value": throw PostgresError(code: .server(SQLState(rawValue: "22P02")), message: "secret@example.com")
        case "defect": throw PostgresError(code: .server(SQLState(rawValue: "42601")), message: "secret@example.com")
        case "large": throw EventError.tooLarge("com.caravan.orders.order_placed.v1")
        case "cancelled": throw CancellationError()
        case "slow": throw PostgresError(code: .server(.queryCanceled), message: "secret@example.com")
        default: throw RequestError.notFound("order")
        }
    }
    var suite = RouteGroup(HealthSuite())
    suite.post("/checkout/orders", permission: "api:orders.create") { request in
        try .json(try request.decode(Named.self), status: .created)
    }
    suite.get("/v1/orders/{number}/notes") { request in try .json(Named(name: try request.parameter("number"))) }
    return dealer.routes + suite.routes
}

@Suite struct PipelineTests {
    private let edge: TestEdge
    private let recorder = LogRecorder()
    private static let traceparent = HTTPField.Name.known("traceparent")

    init() throws {
        edge = try TestEdge(logger: Logger(label: "test") { [recorder] _ in recorder }, makeRoutes())
    }

    @Test func bothMountPointsAreOneRoute() async throws {
        let (token, _) = try await edge.key()
        for path in ["/v1/route", "/api/v1/route", "/v1/route/"] {
            #expect(await edge.send(.get, path, headers: .bearer(token)).text == "GET /v1/route")
        }
    }

    @Test func answersCarryIdAndRateLimit() async throws {
        let (token, _) = try await edge.key(rateLimit: 2)
        let ok = await edge.send(.get, "/v1/orders/7", headers: .bearer(token, [.requestID: "mine-1"]))
        #expect(ok.status == .ok)
        #expect(ok.document["name"] == "7")
        #expect(ok.headers[.requestID] == "mine-1")
        #expect(ok.headers[.rateLimitLimit] == "2")
        #expect(ok.headers[.rateLimitRemaining] == "1")
        #expect((1...60_000).contains(Int(ok.headers[.rateLimitReset] ?? "") ?? 0))
        let error = await edge.send(.post, "/v1/orders", headers: .bearer(token), body: "{}")
        #expect(error.status == .badRequest)
        #expect(error.headers[.rateLimitRemaining] == "0")
        let limited = await edge.send(.get, "/v1/orders/7", headers: .bearer(token, [.requestID: "bad id"]))
        #expect(limited.status == .tooManyRequests)
        #expect(limited.document["error"]?["type"] == "rate_limit_error")
        #expect((1...60).contains(Int(limited.headers[.retryAfter] ?? "") ?? 0))
        let id = try #require(limited.headers[.requestID])
        #expect(id != "bad id")
        #expect(limited.document["error"]?["request_id"] == .string(id))
    }

    @Test func keysAreNeededAndChecked() async throws {
        #expect(await edge.send(.get, "/v1/orders/7").status == .unauthorized)
        #expect(await edge.send(.get, "/v1/orders/7", headers: .bearer("wrong")).status == .unauthorized)
        let refused = await edge.send(.post, "/checkout/orders", headers: .bearer("wrong"))
        #expect(refused.status == .unauthorized)
        #expect(refused.document["success"] == false)
        let (foreign, _) = try await edge.key([.noticia])
        #expect(await edge.send(.get, "/v1/orders/7", headers: .bearer(foreign)).status == .forbidden)
        let (token, principal) = try await edge.key()
        #expect(await edge.send(.get, "/v1/orders/7", headers: .bearer(token)).status == .ok)
        edge.revocations.revoke([principal.keyID])
        #expect(await edge.send(.get, "/v1/orders/7", headers: .bearer(token)).status == .unauthorized)
    }

    @Test func publicRoutesNeedNoKeyButKnowOne() async throws {
        #expect(await edge.send(.get, "/v1/health").text == "")
        #expect(await edge.send(.get, "/v1/health", headers: .bearer("wrong")).text == "")
        let (token, principal) = try await edge.key()
        #expect(await edge.send(.get, "/v1/health", headers: .bearer(token)).text == principal.keyID)
    }

    @Test func permissionsAreChecked() async throws {
        let (token, _) = try await edge.key(permissions: ["api:orders.create"])
        let (other, _) = try await edge.key(permissions: ["api:orders.read"])
        let body = #"{"name":"x"}"#
        let json: HTTPFields = [.accept: "application/json", .contentType: "application/json"]
        let allowed = await edge.send(.post, "/checkout/orders", headers: .bearer(token, json), body: body)
        #expect(allowed.status == .created)
        let refused = await edge.send(.post, "/checkout/orders", headers: .bearer(other, json), body: body)
        #expect(refused.status == .forbidden)
        #expect(refused.document["message"] == "Unauthorized. Token lacks the necessary permissions.")
    }

    @Test(
        arguments: [
            (nil, "application/json", "Accept must be application/json"),
            ("text/html", "application/json", "Accept must be application/json"),
            ("application/json;q=0", "application/json", "Accept must be application/json"),
            ("application/json", nil, "Content-Type must be application/json"),
            ("application/json", "text/plain", "Content-Type must be application/json"),
            ("text/html, application/*;q=0.8", "application/json; charset=utf-8", nil),
            ("*/*", "application/x-www-form-urlencoded", nil),
        ] as [(String?, String?, String?)])
    func theCheckoutDemandsItsHeaders(_ accept: String?, _ type: String?, _ complaint: String?) async throws {
        let (token, _) = try await edge.key()
        var headers = HTTPFields.bearer(token)
        headers[.accept] = accept
        headers[.contentType] = type
        let body = type?.contains("form") == true ? "name=x" : #"{"name":"x"}"#
        let response = await edge.send(.post, "/checkout/orders", headers: headers, body: body)
        #expect(response.status == (complaint == nil ? .created : .badRequest))
        if let complaint { #expect(response.document["message"] == .string(complaint)) }
    }

    @Test func aRequestWithoutBodyNeedsNoContentType() async throws {
        let (token, _) = try await edge.key()
        let headers = HTTPFields.bearer(token, [.accept: "application/json"])
        #expect(await edge.send(.get, "/v1/orders/7/notes", headers: headers).status == .ok)
        #expect(await edge.send(.get, "/v1/orders/7/notes", headers: .bearer(token)).status == .badRequest)
    }

    @Test func unknownPathsAndMethods() async throws {
        let (token, _) = try await edge.key()
        let unknown = await edge.send(.get, "/v1/nothing", headers: .bearer(token))
        #expect(unknown.status == .notFound)
        #expect(unknown.document["error"]?["code"] == "unknown_path")
        #expect(await edge.send(.get, "/checkout/nothing").document["success"] == false)
        #expect(await edge.send(.get, "/v1/profiles/x").document["code"] == "RESOURCE_NOT_FOUND")
        let wrong = await edge.send(.put, "/v1/orders/7", headers: .bearer(token))
        #expect(wrong.status == .methodNotAllowed)
        #expect(wrong.headers[.allow] == "DELETE, GET, HEAD")
        #expect(await edge.send(.get, "/v1/orders", headers: .bearer(token)).headers[.allow] == "POST")
        #expect(await edge.send(.post, "/v1/orders/7/notes").document["success"] == false)
    }

    /// `POST /orders/search` is a search, and yet a client may call an order of theirs `search`.
    @Test func aNameThatIsAPathToOtherMethodsIsStillAName() async throws {
        let (token, _) = try await edge.key()
        #expect(await edge.send(.post, "/v1/orders/search", headers: .bearer(token)).text == "POST /v1/orders/search")
        #expect(await edge.send(.get, "/v1/orders/search", headers: .bearer(token)).document["name"] == "search")
        #expect(await edge.send(.delete, "/v1/orders/search", headers: .bearer(token)).status == .noContent)
        #expect(await edge.send(.put, "/v1/orders/search", headers: .bearer(token)).status == .methodNotAllowed)
    }

    @Test func parametersAreDecoded() async throws {
        let (token, _) = try await edge.key()
        let response = await edge.send(.get, "/v1/orders/a%2Fb%20%C3%A9", headers: .bearer(token))
        #expect(response.document["name"] == "a/b é")
    }

    @Test(arguments: ["/v1/orders/%00", "/v1/orders/%ff", "/v1/orders/%", "/v1/orders/7?a=%00", "/v1/limit?limit=%zz"])
    func unreadablePathsAndQueriesAreRefused(_ path: String) async throws {
        let (token, _) = try await edge.key()
        let response = await edge.send(.get, path, headers: .bearer(token))
        #expect(response.status == .badRequest)
        #expect(response.document["error"]?["code"] == "malformed_body")
    }

    @Test(arguments: [("", "50"), ("?limit=7", "7"), ("?limit=", "50"), ("?limit=1&limit=2", "2")])
    func queries(_ query: String, _ limit: String) async throws {
        let (token, _) = try await edge.key()
        #expect(await edge.send(.get, "/v1/limit" + query, headers: .bearer(token)).text == limit)
    }

    @Test(arguments: ["0", "101", "x", "1.5", "99999999999999999999"])
    func queriesOutOfRange(_ limit: String) async throws {
        let (token, _) = try await edge.key()
        let response = await edge.send(.get, "/v1/limit?limit=\(limit)", headers: .bearer(token))
        #expect(response.status == .badRequest)
        #expect(response.document["error"]?["param"] == "limit")
    }

    @Test func handlersRunInTheCallersTrace() async throws {
        let (token, _) = try await edge.key()
        let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        let child = await edge.send(.get, "/v1/trace", headers: .bearer(token, [Self.traceparent: parent])).text
        #expect(child.hasPrefix("00-0af7651916cd43dd8448eb211c80319c-"))
        #expect(child != parent)
        for value in ["", "rubbish"] {
            let own = await edge.send(.get, "/v1/trace", headers: .bearer(token, [Self.traceparent: value])).text
            #expect(TraceContext(traceparent: own) != nil)
        }
    }

    @Test(arguments: [
        ("surprise", 500, "internal_error"), ("away", 503, "unavailable"), ("value", 400, "invalid_value"),
        ("defect", 500, "internal_error"), ("slow", 504, "timeout"), ("cancelled", 503, "unavailable"),
        ("large", 413, "payload_too_large"), ("other", 404, "order_not_found"),
    ])
    func errorsOfHandlersAreMappedAndLoggedWithoutData(_ how: String, _ status: Int, _ code: String) async throws {
        let (token, _) = try await edge.key()
        let response = await edge.send(.post, "/v1/fail/\(how)", headers: .bearer(token))
        #expect(response.status.code == status)
        #expect(response.document["error"]?["code"] == .string(code))
        if status == 503 { #expect(response.headers[.retryAfter] == "1") }
        #expect(!response.text.contains("secret"))
        let id = try #require(response.headers[.requestID])
        let entries = recorder.entries.filter { $0.metadata[EdgeLogKey.requestID] == id }
        #expect(entries.contains { $0.message == "request" })
        if status >= 500, how != "cancelled" { #expect(entries.contains { $0.metadata[EdgeLogKey.error] != nil }) }
        #expect(!entries.contains { "\($0)".contains("secret") })
    }

    @Test func theAccessLogIsQuietAndHoldsNoPath() async throws {
        let (token, _) = try await edge.key()
        _ = await edge.send(.get, "/v1/orders/camille@example.com?email=camille@example.com", headers: .bearer(token))
        let entry = try #require(recorder.entries.last)
        #expect(entry.level == .debug)
        #expect(entry.metadata[EdgeLogKey.route] == "/v1/orders/{id}")
        #expect(!"\(entry)".contains("camille"))
        _ = await edge.send(.get, "/v1/orders/7")
        #expect(recorder.entries.last?.level == .info)
    }

    /// Whatever a client sends: never a 500 and never a crash. Some of these are sound to a tolerant reader.
    @Test(
        arguments: [
            "", "{", "}", "[]", "null", "true", "\"\"", "1e999", "{\"name\":1e999}", "{\"name\":\"\\u0000\"}",
            "{\"name\":\"\u{0}\"}", "{\"name\":\"\\ud800\"}", "{\"name\":\"\\x\"}", "{\"name\":nan}",
            "{\"name\":[[[[]]]]}",
            "{\"name\":\"a\",}", "{\"name\" \"a\"}", "{\"name\":\"a\"}}", "{'name':'a'}", "\u{feff}{\"name\":",
            "{\"name\":-}",
            String(repeating: "[", count: 50_000), String(repeating: "{\"a\":", count: 20_000), "{\"name\":\"",
            "\\u0000",
            "{\"name\":" + String(repeating: "9", count: 1_000) + "}", "name=%", "name=%00", "name[=x",
            "name[a][b]=x&name=y",
            "=x", "&&&", "name[]=1&name[x]=2", String(repeating: "a", count: 1_048_577),
        ].map(HostileBody.init))
    func hostileBodies(_ hostile: HostileBody) async throws {
        let body = hostile.text
        let (token, _) = try await edge.key()
        let types = [
            "application/json", "application/x-www-form-urlencoded", "text/plain", "application/json; charset=utf-16",
        ]
        for path in ["/v1/orders", "/checkout/orders"] {
            for type in types {
                let response = await edge.send(.post, path, headers: .bearer(token, [.contentType: type]), body: body)
                #expect((201..<500).contains(response.status.code), "\(type) \(response.status)")
                #expect(response.document != .null)
                if type == "text/plain" || body.utf8.count > 1 << 20 { #expect(response.status.code >= 400) }
            }
        }
    }

    @Test func headAnswersLikeGet() async throws {
        let (token, _) = try await edge.key()
        #expect(await edge.send(.head, "/v1/orders/7", headers: .bearer(token)).status == .ok)
    }

    @Test func probes() async throws {
        #expect(await edge.send(.get, "/livez").status == .ok)
        let unready = try TestEdge(health: EdgeHealth(problems: { ["database"] }, metrics: { "up 1\n" }), [])
        let answer = await unready.send(.get, "/readyz")
        #expect(answer.status == .serviceUnavailable)
        #expect(answer.text == "not ready: database\n")
        #expect(await unready.send(.get, "/metrics").text == "up 1\n")
    }
}

/// A request's body, of which a report shows the beginning only: some are a megabyte long.
struct HostileBody: CustomTestStringConvertible {
    let text: String

    var testDescription: String { "\(text.utf8.count) bytes: \(text.prefix(40).debugDescription)" }
}
