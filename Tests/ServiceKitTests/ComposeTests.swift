import Schema
import Testing
import Yams

@testable import ServiceKit

/// docker-compose.yml sets what the services read, and nothing that they don't know.
@Suite struct ComposeTests {
    /// The `CARAVAN_…` variables of every container.
    private static func environments() throws -> [String: [String: String]] {
        let document = try #require(try Yams.load(yaml: Repository.text("docker-compose.yml")) as? [String: Any])
        let containers = try #require(document["services"] as? [String: Any])
        return try containers.mapValues { container in
            let container = try #require(container as? [String: Any])
            var environment: [String: String] = [:]
            switch container["environment"] {
            case let map as [String: Any]:
                for (name, value) in map { environment[name] = "\(value)" }
            case let list as [String]:
                for entry in list {
                    let parts = entry.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                    environment[String(parts[0])] = parts.count == 2 ? String(parts[1]) : "${\(parts[0])}"
                }
            case nil: break
            default: Issue.record("environment is neither a map nor a list of texts")
            }
            return environment.filter { $0.key.hasPrefix("CARAVAN_") }
        }
    }

    /// What `caravan migrate` reads beside the services' variables.
    private static let operatorNames =
        ["CARAVAN_ADMIN_DATABASE_URL"] + ServiceName.allCases.map { "CARAVAN_\($0.rawValue.uppercased())_PASSWORD" }

    @Test func everyVariableIsKnown() throws {
        let known = Set(ConfigurationTable.all.map(\.name) + Self.operatorNames)
        for (container, environment) in try Self.environments() {
            for name in environment.keys { #expect(known.contains(name), "\(container) sets \(name)") }
        }
    }

    @Test(arguments: ServiceName.allCases)
    func theServiceGetsWhatItRequires(service: ServiceName) throws {
        let environment = try #require(
            try Self.environments()[service.rawValue], "docker-compose.yml has no service \(service.rawValue)")
        let keys = ConfigurationTable.keys(of: service)
        for key in keys where key.isRequired { #expect(environment[key.name]?.isEmpty == false, "\(key.name)") }
        for name in environment.keys { #expect(keys.contains { $0.name == name }, "\(service) does not read \(name)") }
    }

    /// What compose fills in from its own environment is not known here; everything else must parse.
    @Test(arguments: ServiceName.allCases)
    func theServiceAcceptsItsValues(service: ServiceName) throws {
        var environment = try #require(try Self.environments()[service.rawValue])
        for (name, value) in environment {
            let filled = value.replacing(/\$\{[A-Za-z0-9_]+:?-([^}]*)\}/) { $0.output.1 }
            environment[name] = filled.contains("${") ? Environments.complete[name] : filled
        }
        #expect(throws: Never.self) { try CaravanConfiguration(service: service, environment: environment) }
    }
}
