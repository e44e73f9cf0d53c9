import Foundation
import Postgres
import TestKit
import Testing

/// Encrypted connections, with certificates made for the test.
@Suite(.enabled(if: FileManager.default.isExecutableFile(atPath: Certificates.openssl)))
struct TLSTests {
    @Test func verifiesTheServerAndCarriesLargeResults() async throws {
        let certificates = try await Certificates.make()
        let server = PostgresCluster(
            configuration: .init(
                directory: try TemporaryDirectory.make("tls"), port: try Port.freeBlock(of: 1),
                settings: [
                    "ssl": "on", "ssl_cert_file": "'\(certificates.certificate)'",
                    "ssl_key_file": "'\(certificates.key)'",
                    "fsync": "off",
                ]))
        try await server.start()
        var configuration = PostgresConfiguration(
            url: "postgresql://postgres@localhost:\(server.configuration.port)/postgres")
        configuration.leaseTimeout = .seconds(2)

        configuration.tls = .verifyFull(rootCertificate: certificates.certificate)
        let database = PostgresDatabase(configuration: configuration)
        let session = try await database.query("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
        #expect(try session.first?["ssl"] == true)
        // What OpenSSL holds decrypted is not announced by the socket: results of every size must arrive in full.
        for size in [1, 8000, 8192, 16_383, 16_384, 16_385, 40_000, 1_000_000, 20_000_000] {
            let row = try await database.query("SELECT repeat('x', \(size)) AS text").first
            let text: String? = try row?["text"]
            #expect(text?.utf8.count == size)
        }
        let rows = try await database.query("SELECT repeat('x', n % 3000) AS text FROM generate_series(1, 20000) n")
        #expect(rows.count == 20_000)
        let row = try await database.withTransaction { transaction in
            let text = String(repeating: "x", count: 10_000)
            for _ in 0..<500 { transaction.send("SELECT \(text)::text AS echo") }
            return try await transaction.query("SELECT 1 AS n").first
        }
        #expect(try row?["n"] == 1)
        await database.shutdown()

        configuration.tls = .verifyFull(rootCertificate: try await Certificates.make().certificate)
        let suspicious = PostgresDatabase(configuration: configuration)
        let error = await #expect(throws: PostgresError.self) { try await suspicious.query("SELECT 1") }
        #expect(error?.message.contains("certificate verify failed") == true)
        await suspicious.shutdown()

        configuration.tls = .disable
        let plain = PostgresDatabase(configuration: configuration)
        #expect(
            try await plain.query("SELECT 1 FROM pg_stat_ssl WHERE ssl AND pid = pg_backend_pid()").isEmpty)
        await plain.shutdown()
        await server.stop()
    }
}

private struct Certificates {
    static let openssl = "/usr/bin/openssl"
    let certificate: String
    let key: String

    /// A self-signed certificate for `localhost`, its key readable for the server alone.
    static func make() async throws -> Certificates {
        let directory = try TemporaryDirectory.make("certificates")
        let made = Certificates(certificate: directory + "/server.crt", key: directory + "/server.key")
        try await ChildProcess.run(
            .init(
                openssl,
                [
                    "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                    "-addext", "subjectAltName=DNS:localhost", "-out", made.certificate, "-keyout", made.key,
                ]))
        // Then the server runs under an account of its own.
        if geteuid() == 0 { try await ChildProcess.run(.init("/bin/chown", ["postgres", made.key])) }
        return made
    }
}
