import Schema
import TestKit
import Testing

/// Keys are made and revoked by the operator's tool, and every service hears of it over the bus.
@Suite struct KeyTests {
    @Test func aRevokedKeyOpensNothingAnyMore() async throws {
        let stack = try await SharedStack.value()
        func run(_ arguments: String...) async throws -> String { try await Self.keys(arguments, of: stack) }
        let token = try Self.token(in: try await run("create", "--name", "end to end"))
        let client = APIClient(baseURL: stack.baseURL, authorization: "Bearer \(token)")
        let paths = ["/v1/orders", "/v1/listings", "/v1/me"]
        for path in paths { #expect(try await client.send("GET", path).status == 200, "\(path)") }

        let list = try await run("list")
        let id = try #require(
            list.split(separator: "\n").first { $0.contains("end to end") }?
                .split { $0.isWhitespace || $0 == "\"" }.first { $0.hasPrefix("key_") }, "\(list)")
        _ = try await run("revoke", String(id))
        for path in paths {
            try await eventually("\(path) is closed") { try await client.send("GET", path).status == 401 }
        }
    }

    @Test func aKeyOfCertainAddressesOpensNothingFromElsewhere() async throws {
        let stack = try await SharedStack.value()
        func status(_ ranges: String...) async throws -> Int {
            let printed = try await Self.keys(["create", "--name", "addresses", "--allow"] + ranges, of: stack)
            let client = APIClient(baseURL: stack.baseURL, authorization: "Bearer \(try Self.token(in: printed))")
            // What a client claims is dropped by the gateway.
            return try await client.send("GET", "/v1/me", headers: ["X-Forwarded-For": "192.0.2.9"]).status
        }
        #expect(try await status("127.0.0.0/8", "::1") == 200)
        #expect(try await status("192.0.2.0/24") == 403)
        let list = try await Self.keys(["list"], of: stack)
        #expect(list.contains("from 127.0.0.0/8 ::1") && list.contains("from 192.0.2.0/24"))
        await #expect(throws: (any Error).self) { _ = try await status("192.0.2.1/24") }
    }

    private static func keys(_ arguments: [String], of stack: RunningStack) async throws -> String {
        let tool = try BuiltProducts.path(of: "caravan-operator")
        return try await ChildProcess.run(.init(tool, ["keys"] + arguments + ["--directory", stack.directory]))
    }

    private static func token(in printed: String) throws -> String {
        let words = printed.split { $0.isWhitespace || $0 == "\"" || $0 == "," }.map(String.init)
        return try #require(words.first { $0.split(separator: ".").count == 3 && $0.count > 80 }, "\(printed)")
    }
}
