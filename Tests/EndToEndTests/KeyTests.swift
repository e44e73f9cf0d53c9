import Schema
import TestKit
import Testing

/// Keys are made and revoked by the operator's tool, and every service hears of it over the bus.
@Suite struct KeyTests {
    @Test func aRevokedKeyOpensNothingAnyMore() async throws {
        let stack = try await SharedStack.value()
        let tool = try BuiltProducts.path(of: "caravan-operator")
        func run(_ arguments: String...) async throws -> String {
            try await ChildProcess.run(.init(tool, ["keys"] + arguments + ["--directory", stack.directory]))
        }
        let printed = try await run("create", "--name", "end to end")
        let words = printed.split { $0.isWhitespace || $0 == "\"" || $0 == "," }.map(String.init)
        let token = try #require(words.first { $0.split(separator: ".").count == 3 && $0.count > 80 }, "\(printed)")
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
}
