import Foundation
import LocalStack
import TestKit

@testable import Notifications

/// Certificates made by OpenSSL: an authority, and whom it vouches for.
struct TestAuthority: Sendable {
    /// A certificate with its key, PEM.
    struct Identity: Sendable {
        let certificate: String
        let key: String
    }

    private let directory: String
    /// PEM.
    let certificate: String

    init(_ name: String) async throws {
        directory = try TemporaryDirectory.make("authority")
        try await Self.openssl(
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "3",
                "-subj", "/CN=\(name)", "-keyout", "ca.key", "-out", "ca.pem",
            ], in: directory)
        certificate = try Self.text("ca.pem", in: directory)
    }

    /// - Parameter algorithm: `ec` or `rsa`.
    func identity(_ subject: String, algorithm: String = "ec") async throws -> Identity {
        let size = algorithm == "ec" ? "ec_paramgen_curve:P-256" : "rsa_keygen_bits:2048"
        let folder = try TemporaryDirectory.make("identity")
        try "subjectAltName=DNS:localhost".write(toFile: folder + "/extensions", atomically: true, encoding: .utf8)
        try await Self.openssl(
            [
                "req", "-newkey", algorithm, "-pkeyopt", size, "-nodes", "-subj", subject, "-keyout", "key.pem",
                "-out", "request.pem",
            ], in: folder)
        try await Self.openssl(
            [
                "x509", "-req", "-in", "request.pem", "-CA", directory + "/ca.pem", "-CAkey", directory + "/ca.key",
                "-set_serial", "0x0a1b2c", "-days", "2", "-extfile", "extensions", "-out", "certificate.pem",
            ], in: folder)
        return Identity(
            certificate: try Self.text("certificate.pem", in: folder), key: try Self.text("key.pem", in: folder))
    }

    private static func text(_ name: String, in directory: String) throws -> String {
        try String(contentsOfFile: directory + "/" + name, encoding: .utf8)
    }

    private static func openssl(_ arguments: [String], in directory: String) async throws {
        _ = try await ChildProcess.run(
            .init("/bin/sh", ["-c", "cd \"$0\" && exec openssl \"$@\"", directory] + arguments))
    }
}

/// A receiver behind Python's TLS that asks every caller for a certificate of one authority.
final class TLSReceiver: Sendable {
    struct Request: Decodable, Sendable {
        /// The last common name of the caller's certificate.
        let caller: String
        /// One number a connection.
        let connection: Int
        let path: String
    }

    let port: Int
    private let directory: URL
    private let process: Process

    /// - Parameters:
    ///   - identity: The server's own.
    ///   - callers: PEM of the authority of those who may call.
    init(_ identity: TestAuthority.Identity, callers: String) async throws {
        directory = URL(filePath: try TemporaryDirectory.make("tls"), directoryHint: .isDirectory)
        for (name, text) in [("server", identity.certificate), ("key", identity.key), ("callers", callers)] {
            try text.write(to: directory.appending(path: name + ".pem"), atomically: true, encoding: .utf8)
        }
        port = try Port.freeBlock(of: 1)
        process = try Python.start(Self.program, ["\(port)", directory.path])
        let ready = directory.appending(path: "ready").path
        try await eventually(timeout: .seconds(30), "the receiver listens") {
            FileManager.default.fileExists(atPath: ready)
        }
    }

    func url(_ path: String) -> String { "https://localhost:\(port)\(path)" }

    /// What has arrived, in its order.
    var requests: [Request] {
        get throws {
            let log = directory.appending(path: "log").path
            guard let text = try? String(contentsOfFile: log, encoding: .utf8) else { return [] }
            return try text.split(separator: "\n").map {
                try JSONDecoder().decode(Request.self, from: Data($0.utf8))
            }
        }
    }

    func stop() { process.terminate() }

    private static let program = """
        import http.server, itertools, json, ssl, sys
        port, directory = int(sys.argv[1]), sys.argv[2]
        numbers = itertools.count(1)
        log = open(directory + "/log", "a", buffering=1)

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self):
                super().setup()
                self.number = next(numbers)

            def do_POST(self):
                self.rfile.read(int(self.headers["content-length"]))
                subject = dict(pair for part in self.connection.getpeercert()["subject"] for pair in part)
                log.write(json.dumps({"caller": subject["commonName"], "connection": self.number, "path": self.path}) + "\\n")
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *arguments):
                pass

        class Server(http.server.ThreadingHTTPServer):
            def get_request(self):
                connection, address = self.socket.accept()
                return context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False), address

            def handle_error(self, request, address):
                pass

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(directory + "/server.pem", directory + "/key.pem")
        context.load_verify_locations(directory + "/callers.pem")
        context.verify_mode = ssl.CERT_REQUIRED
        server = Server(("127.0.0.1", port), Handler)
        open(directory + "/ready", "w").close()
        server.serve_forever()
        """
}
