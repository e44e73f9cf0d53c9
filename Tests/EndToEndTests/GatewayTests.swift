import Edge
import Foundation
import HTTPTypes
import Schema
import TestKit
import Testing

/// Every documented path of all five APIs reaches the service that owns it.
@Suite struct GatewayTests {
    @Test(arguments: DialectName.allCases) func everyDocumentedPathIsAnsweredInItsDialect(name: DialectName)
        async throws
    {
        let stack = try await SharedStack.value()
        let anonymous = APIClient(baseURL: stack.baseURL, authorization: nil)
        let dialect = Dialects.dialect(name)
        let served = try ServedRoutes.all().filter { $0.dialect.name == name }
        for path in Dialects.documentedPaths where path.dialect == name {
            let target = path.template.replacing(/\{[^}]+\}/, with: "none")
            let reply = try await anonymous.send(
                path.method.rawValue, target, headers: ["Accept": "application/json"])
            #expect(reply.headers["x-request-id"]?.isEmpty == false, "\(target)")
            let route = served.first {
                $0.method == path.method && Self.shape($0.template) == Self.shape(path.template)
            }
            if route?.isPublic == true {
                // What is public and names something, in its path or a header, is asked here for what does not exist, or
                // without the signature that it wants.
                let isNamed = target != path.template || target.hasSuffix("brand-item-return-reasons")
                #expect(
                    isNamed ? [400, 403, 404].contains(reply.status) : reply.status == 200, "\(target): \(reply.text)")
                continue
            }
            // Without a key a path that is served asks for one; one that is not served yet is unknown.
            let expected = dialect.render(route == nil ? .unknownPath : .unauthorized, requestID: "")
            #expect(reply.status == expected.status.code, "\(path.method) \(target): \(reply.text)")
            let members = Self.members(try JSON.decode(JSONValue.self, from: expected.body))
            #expect(Self.members(try reply.json) == members, "\(target): \(reply.text)")
        }
    }

    /// A path with all parameters called alike.
    private static func shape(_ template: String) -> String {
        template.replacing(/\{[^}]+\}/, with: "{}")
    }

    @Test func theDealerAPIIsServedUnderBothPrefixes() async throws {
        let dealer = try await SharedStack.dealer()
        for prefix in ["/v1", "/api/v1"] {
            #expect(try await dealer.send("GET", prefix + "/me").status == 200)
            #expect(try await dealer.send("GET", prefix + "/orders?limit=1").status == 200)
        }
    }

    @Test func anUnknownPathIsNotFound() async throws {
        let reply = try await SharedStack.dealer().send("GET", "/nowhere")
        #expect(reply.status == 404)
        #expect(throws: Never.self) { try reply.json }
    }

    @Test(arguments: DialectName.allCases) func anUnknownMethodIsRefusedInTheDialect(name: DialectName) async throws {
        let stack = try await SharedStack.value()
        let path = try #require(Dialects.documentedPaths.first { $0.dialect == name })
        let target = path.template.replacing(/\{[^}]+\}/, with: "none")
        let expected = Dialects.dialect(name).render(.methodNotAllowed, requestID: "")
        let client = APIClient(baseURL: stack.baseURL, authorization: nil)
        // OPTIONS reaches the service; of the others one is nobody's, and one nginx refuses by itself.
        for method in ["OPTIONS", "BREW", "TRACE"] {
            let reply = try await client.send(method, target)
            #expect(reply.status == 405, "\(method)")
            #expect(Self.members(try reply.json) == Self.members(try JSON.decode(JSONValue.self, from: expected.body)))
            let allowed = reply.headers["allow"]?.split(separator: ", ").map(String.init)
            #expect(allowed?.contains(path.method.rawValue) == true, "\(method): \(reply.headers)")
            #expect(reply.headers["x-request-id"]?.isEmpty == false)
            #expect(try await client.send(method, "/nowhere").status == 404)
        }
    }

    /// What the gateway lets pass must not be too much for a service, which would answer without a body.
    @Test func manyHeadersAreTaken() async throws {
        let many = Dictionary(uniqueKeysWithValues: (0..<300).map { ("X-Filler-\($0)", "x") })
        #expect(try await SharedStack.dealer().send("GET", "/v1/me", headers: many).status == 200)
    }

    @Test func aBodyOverTheLimitIsRefused() async throws {
        let body = [UInt8](repeating: UInt8(ascii: " "), count: 1 << 21)
        let reply = try await SharedStack.dealer().send(
            "POST", "/api/v1/orders", bytes: body, headers: ["Idempotency-Key": "large"])
        #expect(reply.status == 413)
        #expect(throws: Never.self) { try reply.json }
    }

    private static func members(_ value: JSONValue) -> Set<String> {
        if case .object(let members) = value { Set(members.keys) } else { [] }
    }
}
