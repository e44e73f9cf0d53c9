import Foundation

/// A real SMTP server, PyPI's aiosmtpd, with STARTTLS and authentication.
public final class MailServer: Sendable {
    /// One mail that the server has taken.
    public struct Mail: Decodable, Sendable {
        public let sender: String
        public let recipients: [String]
        /// Whether the connection had turned to TLS, and who had logged in.
        public let isEncrypted: Bool
        public let user: String?
        /// By lower-case name, decoded.
        public let headers: [String: String]
        /// Decoded parts by their type, such as `text/plain`.
        public let parts: [String: String]
    }

    public static let user = "caravan"
    public static let password = "correct horse"

    public let port: Int
    /// PEM file of the server's certificate, for `localhost`.
    public let certificate: String
    private let directory: URL
    private let process: Process

    /// Starts a server on a free port.
    ///
    /// - Parameters:
    ///   - offersTLS: Whether it has STARTTLS; without it, it takes logins in clear.
    ///   - replies: What it says to recipients instead of taking them, by address: `550 no such user`. With `*3`
    ///     behind the address the first three mails to it are answered so.
    public init(offersTLS: Bool = true, replies: [String: String] = [:]) async throws {
        directory = URL(filePath: try TemporaryDirectory.make("smtp"), directoryHint: .isDirectory)
        certificate = directory.appending(path: "certificate.pem").path
        port = try Port.freeBlock(of: 1)
        process = try Python.start(
            Self.program,
            [
                "\(port)", directory.path, offersTLS ? "tls" : "clear",
                String(decoding: try JSONEncoder().encode(replies), as: UTF8.self), Self.user, Self.password,
            ])
        let ready = directory.appending(path: "ready").path
        try await eventually(timeout: .seconds(30), "the mail server listens") {
            FileManager.default.fileExists(atPath: ready)
        }
    }

    public var url: String { "smtp://localhost:\(port)" }

    /// What has been taken, in the order of arrival.
    public var mails: [Mail] {
        get throws {
            let files = try FileManager.default.contentsOfDirectory(at: directory, includingPropertiesForKeys: nil)
            return try files.filter { $0.pathExtension == "json" }.sorted { $0.path < $1.path }
                .map { try JSONDecoder().decode(Mail.self, from: Data(contentsOf: $0)) }
        }
    }

    /// Ends the server.
    public func stop() {
        kill(process.processIdentifier, SIGKILL)
    }

    private static let program = """
        import asyncio, email, email.policy, json, os, ssl, subprocess, sys
        from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

        port, directory, tls, replies, user, password = sys.argv[1:]
        replies = json.loads(replies)
        certificate, key = directory + "/certificate.pem", directory + "/key.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out",
            certificate], check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        seen = {}

        class Handler:
            count = 0

            async def handle_RCPT(self, server, session, envelope, address, options):
                for rule, reply in replies.items():
                    wanted, _, limit = rule.partition("*")
                    if wanted != address: continue
                    seen[address] = seen.get(address, 0) + 1
                    if not limit or seen[address] <= int(limit): return reply
                envelope.rcpt_tos.append(address)
                return "250 OK"

            async def handle_DATA(self, server, session, envelope):
                mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
                Handler.count += 1
                name = f"{directory}/{Handler.count:06}"
                with open(name, "w") as file:
                    json.dump({
                        "sender": envelope.mail_from, "recipients": envelope.rcpt_tos,
                        "isEncrypted": session.ssl is not None, "user": session.auth_data,
                        "headers": {name.lower(): str(value) for name, value in mail.items()},
                        "parts": {part.get_content_type(): part.get_content().replace("\\r\\n", "\\n") for part in mail.walk()
                            if not part.is_multipart()}}, file)
                os.rename(name, name + ".json")
                return "250 taken"

        def authenticate(server, session, envelope, mechanism, data):
            good = isinstance(data, LoginPassword) and (data.login.decode(), data.password.decode()) == (user, password)
            return AuthResult(success=good, handled=False, auth_data=user if good else None)

        async def main():
            handler = Handler()
            def session():
                return SMTP(handler, hostname="localhost", authenticator=authenticate, auth_required=True,
                    auth_require_tls=tls == "tls", tls_context=context if tls == "tls" else None,
                    require_starttls=tls == "tls")
            server = await asyncio.get_running_loop().create_server(session, "localhost", int(port))
            open(directory + "/ready", "w").close()
            await server.serve_forever()

        asyncio.run(main())
        """
}
