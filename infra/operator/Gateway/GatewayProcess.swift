import Foundation
import LocalStack
import Schema

/// nginx as a part of a local stack: its configuration and certificate are written to the stack's directory.
struct GatewayProcess {
    let directory: StackDirectory
    let ports: StackPorts
    let replicas: Int
    let usesTLS: Bool

    var logFile: String { directory.log("gateway") }

    private var configurationFile: String { directory.nginx + "/nginx.conf" }
    private var certificate: String { directory.nginx + "/certificate.pem" }
    private var key: String { directory.nginx + "/key.pem" }

    /// In the foreground, so that the supervisor sees its end.
    var command: ChildProcess.Command {
        ChildProcess.Command(
            "/usr/sbin/nginx", ["-e", logFile, "-p", directory.nginx, "-c", configurationFile, "-g", "daemon off;"],
            logFile: logFile)
    }

    /// Writes the configuration, and a certificate when one is wanted and missing.
    func prepare() async throws {
        try await makeCertificate()
        let template = try String(contentsOfFile: Repository.gatewayTemplate, encoding: .utf8)
        try configuration.render(template).write(toFile: configurationFile, atomically: true, encoding: .utf8)
    }

    /// A certificate for this machine only; browsers will warn, `curl --cacert` will not.
    private func makeCertificate() async throws {
        guard usesTLS, access(certificate, F_OK) != 0 else { return }
        try await ChildProcess.run(
            .init(
                "openssl",
                [
                    "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-days", "825", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                    "-keyout", key, "-out", certificate,
                ]))
        chmod(key, 0o600)
    }

    private var configuration: GatewayConfiguration {
        var listen = ["listen 127.0.0.1:\(ports.gateway) reuseport;"]
        if usesTLS {
            listen += [
                "listen 127.0.0.1:\(ports.gatewayTLS) ssl http2 reuseport;",
                "ssl_certificate \(certificate);", "ssl_certificate_key \(key);",
                "ssl_protocols TLSv1.2 TLSv1.3;", "ssl_session_cache shared:tls:1m;",
            ]
        }
        return GatewayConfiguration(
            process: ["error_log \(logFile) warn;", "pid \(directory.nginx)/nginx.pid;"],
            temporary: directory.nginx,
            listen: listen,
            upstreams: Dictionary(
                uniqueKeysWithValues: ServiceName.allCases.map { service in
                    (service, (0..<replicas).map { "127.0.0.1:\(ports.service(service, replica: $0))" })
                }))
    }
}
