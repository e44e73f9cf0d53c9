import Edge
import Foundation
import Schema

/// nginx's configuration for one place: the template in infra/gateway with that place's addresses and the documented
/// routes.
struct GatewayConfiguration {
    /// Directives outside of `http`.
    var process: [String]
    /// A directory that nginx may write to; it insists, and never does.
    var temporary: String
    /// What to listen on, with the certificate where there is one.
    var listen: [String]
    /// The replicas of each service, host:port.
    var upstreams: [ServiceName: [String]]
    /// The name server to ask again and again where the replicas' addresses change; nil takes them as they are at the
    /// start. Needs nginx 1.27.3.
    var resolver: String?

    /// The configuration for docker-compose.yml: services by their names, the log on standard error.
    static let compose = GatewayConfiguration(
        process: ["error_log /dev/stderr warn;", "pid /tmp/nginx.pid;"],
        temporary: "/tmp",
        listen: ["listen 8080 reuseport;"],
        upstreams: Dictionary(uniqueKeysWithValues: ServiceName.allCases.map { ($0, ["\($0.rawValue):8080"]) }),
        // Docker's own: a container that is made anew gets another address.
        resolver: "127.0.0.11")

    /// Fills in a template.
    func render(_ template: String) -> String {
        let parts = [
            "process": process,
            "temporary": [temporary],
            "listen": indent(2, listen),
            "upstreams": indent(
                1, (resolver.map { ["resolver \($0) valid=2s;"] } ?? []) + ServiceName.allCases.flatMap(upstream)),
            "services": indent(2, map { $0.service.rawValue }),
            "dialects": indent(2, map { $0.dialect.rawValue }),
            "locations": indent(2, locations),
            "parked": indent(2, ServiceName.allCases.flatMap(parkedEvents)),
            "errors": indent(2, GatewayErrors.directives),
        ]
        return parts.reduce(template) { text, part in
            text.replacingOccurrences(of: "{{\(part.key)}}", with: part.value.joined(separator: "\n"))
        }
    }

    private func upstream(_ service: ServiceName) -> [String] {
        let options = (resolver == nil ? "" : "resolve ") + "max_fails=2 fail_timeout=1s"
        // The shared zone lets both workers know of a replica that fails.
        return ["upstream \(service.rawValue) {", "    zone \(service.rawValue) 64k;"]
            + upstreams[service, default: []].map { "    server \($0) \(options);" }
            + ["    keepalive 64;", "    keepalive_requests 1000000;", "    keepalive_timeout 30s;", "}"]
    }

    private var locations: [String] {
        let tree = PathTree<ServiceName>()
        for path in Dialects.documentedPaths {
            for mount in path.mounts { tree.insert(mount, owner: path.service) }
        }
        return tree.rules.map { rule in
            let head =
                switch rule.kind {
                case .exact: "= \(rule.text)"
                // `^~`: the longest prefix is the answer, patterns are not tried.
                case .prefix: "^~ \(rule.text)"
                case .pattern: "~ \(rule.text)"
                }
            return "location \(head) { proxy_pass http://\(rule.owner.rawValue); }"
        }
    }

    private func parkedEvents(_ service: ServiceName) -> [String] {
        let path = "/admin/v1/services/\(service.rawValue)"
        return [
            "location ^~ \(path)/parked-events {",
            "    rewrite ^\(path)/(.*)$ /admin/v1/$1 break;",
            "    proxy_pass http://\(service.rawValue);",
            "}",
        ]
    }

    /// The entries of a `map` from paths to what is said of them, the most specific first: it takes the first expression
    /// that matches.
    private func map(_ owner: (DocumentedPath) -> String) -> [String] {
        let tree = PathTree<String>()
        for path in Dialects.documentedPaths {
            for mount in path.mounts { tree.insert(mount, owner: owner(path)) }
        }
        return tree.rules
            .sorted { ($0.kind.rank, -$0.text.count, $0.text) < ($1.kind.rank, -$1.text.count, $1.text) }
            .map { "\"~\($0.requestExpression)\" \($0.owner);" }
    }

    private func indent(_ depth: Int, _ lines: [String]) -> [String] {
        lines.map { String(repeating: "    ", count: depth) + $0 }
    }
}

extension DocumentedPath {
    /// Every path under which the operation is served: the documented one and its dialect's other prefixes.
    fileprivate var mounts: [String] {
        let prefixes = Dialects.dialect(dialect).prefixes
        guard let documented = prefixes.first, template.hasPrefix(documented) else { return [template] }
        return prefixes.map { $0 + template.dropFirst(documented.count) }
    }
}
