import ArgumentParser
import Foundation

struct GatewayConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gateway-config", abstract: "Prints nginx's configuration for docker-compose.yml.",
        discussion: "infra/gateway/nginx.conf is its output: `make gateway` renews it.")

    func run() async throws {
        let template = try String(contentsOfFile: Repository.gatewayTemplate, encoding: .utf8)
        print(GatewayConfiguration.compose.render(template), terminator: "")
    }
}
