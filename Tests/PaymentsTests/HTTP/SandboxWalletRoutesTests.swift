import Edge
import HTTPTypes
import Schema
import TestKit
import Testing

@testable import Payments

/// Following `redirect_url` as a client does that has no browser.
@Suite struct SandboxWalletRoutesTests {
    private func call(_ method: HTTPRequest.Method, _ token: String, _ till: Till) async throws -> APIResponse {
        let route = try #require(SandboxWalletRoutes(sandbox: till.sandbox).routes.first { $0.method == method })
        #expect(route.isPublic)
        let request = try APIRequest(route: route, parameters: ["token": token], principal: .anonymous)
        return try await route.handler(request)
    }

    private func token(_ till: Till) async throws -> (TransactionID, String) {
        let request = try await till.charge(method: .paypalWallet)
        try await till.send(request)
        let id = request.transactionID
        try await eventually("the buyer is sent away") { try await till.snapshot(of: id)?.redirectURL != nil }
        let url = try await till.snapshot(of: id)?.redirectURL
        return (id, try #require(url?.split(separator: "/").last.map(String.init)))
    }

    @Test func openingThePageApproves() async throws {
        try await Till.with { till in
            let (id, token) = try await token(till)
            for _ in 0..<2 {
                let page = try await call(.get, token, till)
                #expect(page.status == .ok)
                #expect(page.headers[.contentType] == "text/html; charset=utf-8")
                #expect(page.headers[.cacheControl] == "no-store")
                #expect(String(decoding: page.body, as: UTF8.self).contains("$110.00"))
            }
            try await till.send(CaptureRequested(transactionID: id, orderID: OrderID()))
            let charge = try await till.settled(id)
            #expect(charge.status == .completed)
            let page = try await call(.post, token, till)
            #expect(String(decoding: page.body, as: UTF8.self).contains("is complete"))
        }
    }

    @Test func theButtonCallsItOff() async throws {
        try await Till.with { till in
            let (id, token) = try await token(till)
            _ = try await call(.get, token, till)
            let page = try await call(.post, token, till)
            #expect(String(decoding: page.body, as: UTF8.self).contains("called off"))
            try await till.send(CaptureRequested(transactionID: id, orderID: OrderID()))
            let charge = try await till.settled(id)
            #expect(charge.status == .declined)
        }
    }

    @Test func anUnknownTokenIsNotFound() async throws {
        try await Till.with(runs: false) { till in
            _ = await #expect(throws: RequestError.notFound("payment")) { try await call(.get, "nothing", till) }
        }
    }
}
