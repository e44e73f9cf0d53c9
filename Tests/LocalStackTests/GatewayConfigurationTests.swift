import Foundation
import LocalStack
import TestKit
import Testing

@Suite struct GatewayConfigurationTests {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    /// docker-compose.yml mounts the committed file: it must be what the template and the documented routes give.
    @Test func theCommittedRenderingIsCurrent() async throws {
        let rendered = try await render()
        let committed = try String(contentsOfFile: Self.root + "/infra/gateway/nginx.conf", encoding: .utf8)
        #expect(rendered == committed, "`make gateway` renews infra/gateway/nginx.conf")
    }

    /// nginx itself accepts it; the services' names are only known inside of Docker, so addresses stand for them.
    @Test func nginxAcceptsTheRendering() async throws {
        let directory = try TemporaryDirectory.make("nginx")
        let port = try Port.freeBlock(of: 1)
        let text = try await render()
            .replacing("listen 8080", with: "listen 127.0.0.1:\(port)")
            .replacing("/tmp/nginx.pid", with: "\(directory)/nginx.pid")
            // Debian's nginx is older than the one in docker-compose.yml.
            .replacing(#/server [a-z]+:8080 resolve/#, with: "server 127.0.0.1:1")
        let file = directory + "/nginx.conf"
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        try await ChildProcess.run(.init("/usr/sbin/nginx", ["-t", "-q", "-p", directory, "-c", file]))
    }

    /// A container that is made anew has another address.
    @Test func everyServerIsLookedUpAgain() async throws {
        let text = try await render()
        #expect(text.contains("resolver 127.0.0.11 valid="))
        let servers = text.split(separator: "\n").filter { $0.contains(" server ") && $0.contains(":8080") }
        #expect(servers.count == 5)
        #expect(servers.allSatisfy { $0.contains(" resolve ") })
    }

    private func render() async throws -> String {
        try await ChildProcess.run(
            .init(
                try BuiltProducts.path(of: "caravan-operator"), ["gateway-config"],
                environment: ["CARAVAN_ROOT": Self.root]))
    }
}
