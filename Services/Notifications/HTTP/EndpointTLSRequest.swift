import Edge
import FoundationEssentials
import NIOSSL
import Schema
import SwiftASN1
import X509

/// The settings of an endpoint that secure its connections, as `PUT /admin/v1/webhook-endpoints/{name}` has them.
struct ClientCertificateRequest: Decodable, Sendable {
    /// PEM of the certificate, and after it of those between it and an authority.
    let certificate: String?
    /// PEM, without a passphrase.
    let privateKey: String?
    /// Shown, and means nothing when it comes back.
    private let subject: String?

    enum CodingKeys: String, CodingKey {
        case certificate, subject
        case privateKey = "private_key"
    }

    /// Whether it is only what an endpoint shows: there is nothing new to take.
    var isEcho: Bool { certificate == nil && privateKey == nil && subject != nil }

    /// The certificate, if everything about it is as it must be: connections would fail one by one otherwise.
    func clientCertificate(at now: Timestamp, _ validation: inout Validation) -> ClientCertificate? {
        func fail(_ field: String, _ code: String, _ message: String) -> ClientCertificate? {
            validation.fail(["client_certificate", field], code, message)
            return nil
        }
        guard let certificate else { return fail("certificate", "required", "This field is required.") }
        guard let privateKey else { return fail("private_key", "required", "This field is required.") }
        guard let chain = PEM.certificates(certificate), let leaf = chain.first, let details = PEM.details(leaf) else {
            return fail("certificate", "invalid_certificate", "This must be PEM of 1 to \(PEM.limit) certificates.")
        }
        guard let key = try? NIOSSLPrivateKey(bytes: Array(privateKey.utf8), format: .pem) else {
            return fail("private_key", "invalid_key", "This must be PEM of a private key without a passphrase.")
        }
        guard PEM.belongs(key, to: chain) else {
            return fail("private_key", "key_mismatch", "This is not the key of the first certificate.")
        }
        guard details.validFrom <= now else {
            return fail(
                "certificate", "not_valid_yet", "This certificate is valid from \(details.validFrom.rfc3339) on.")
        }
        guard now < details.expiresAt else {
            return fail("certificate", "expired", "This certificate has expired on \(details.expiresAt.rfc3339).")
        }
        return ClientCertificate(
            chain: certificate, privateKey: privateKey, subject: details.subject, serial: details.serial,
            expiresAt: details.expiresAt)
    }
}

extension WebhookEndpointRequest {
    /// Makes of how the endpoint's connections are secured how they are to be.
    func tls(_ validation: inout Validation) -> @Sendable (EndpointTLS?) -> EndpointTLS? {
        let asked = clientCertificate.flatMap { $0 }
        if asked != nil || trustedRoots != nil, url?.lowercased().hasPrefix("http://") == true {
            validation.fail(["url"], "conflict", "With a certificate or trusted roots, it must begin with https://.")
        }
        if let trustedRoots, PEM.certificates(trustedRoots) == nil {
            validation.fail(
                ["trusted_roots"], "invalid_certificate", "This must be PEM of 1 to \(PEM.limit) certificates.")
        }
        let keeps = clientCertificate == nil || asked?.isEcho == true
        let given = keeps ? nil : asked?.clientCertificate(at: .now(), &validation)
        return { [trustedRoots] present in
            let tls = EndpointTLS(
                clientCertificate: keeps ? present?.clientCertificate : given, trustedRoots: trustedRoots)
            return tls == EndpointTLS() ? nil : tls
        }
    }
}

/// What is read of PEM texts (RFC 7468).
enum PEM {
    /// Most certificates in one text.
    static let limit = 10
    private static let maximumBytes = 64 * 1024

    struct Details {
        let subject: String
        let serial: String
        let validFrom: Timestamp
        let expiresAt: Timestamp
    }

    /// One certificate at least; nil if there is anything that is none.
    static func certificates(_ text: String) -> [NIOSSLCertificate]? {
        guard text.utf8.count <= maximumBytes,
            let certificates = try? NIOSSLCertificate.fromPEMBytes(Array(text.utf8)),
            (1...limit).contains(certificates.count)
        else { return nil }
        return certificates
    }

    static func details(_ certificate: NIOSSLCertificate) -> Details? {
        guard let bytes = try? certificate.toDERBytes(), let parsed = try? Certificate(derEncoded: bytes) else {
            return nil
        }
        func timestamp(_ date: Date) -> Timestamp {
            Timestamp(microseconds: Int64(date.timeIntervalSince1970 * 1_000_000))
        }
        let serial = parsed.serialNumber.bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        return Details(
            subject: "\(parsed.subject)", serial: serial, validFrom: timestamp(parsed.notValidBefore),
            expiresAt: timestamp(parsed.notValidAfter))
    }

    /// Whether a connection could be made with them.
    static func belongs(_ key: NIOSSLPrivateKey, to chain: [NIOSSLCertificate]) -> Bool {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.certificateChain = chain.map { .certificate($0) }
        tls.privateKey = .privateKey(key)
        // Reading the system's authorities takes its time, and says nothing here.
        tls.certificateVerification = .none
        return (try? NIOSSLContext(configuration: tls)) != nil
    }
}
