import FoundationEssentials
import Glibc
import NIOCore
import NIOHTTP1
import NIOSSL

/// Why a connection came to nothing, for whoever owns the endpoint: a sentence without addresses of the inside, and without
/// anything that was sent.
enum ConnectionFault {
    static func sentence(for error: any Error) -> String {
        switch error {
        case let error as IOError: sentence(forCode: error.errnoCode)
        case is HTTPParserError: "What the receiver answered is not HTTP."
        case let error as NIOSSLExtraError where error == .failedToValidateHostname:
            "The receiver's certificate is not for this host."
        case NIOSSLError.uncleanShutdown: "The receiver closed the connection."
        case let error where error is NIOSSLError || error is BoringSSLError || error is NIOSSLExtraError:
            "The TLS connection failed\(reason(of: error).map { ": \($0)" } ?? "")."
        default: "The connection failed: \(type(of: error))."
        }
    }

    private static func sentence(forCode code: CInt) -> String {
        switch code {
        case ECONNREFUSED: "The receiver refuses connections."
        case ECONNRESET, EPIPE: "The receiver closed the connection."
        case EHOSTUNREACH, ENETUNREACH: "There is no way to the receiver."
        case ETIMEDOUT: "No connection could be made in time."
        default: "The connection failed with error \(code)."
        }
    }

    /// BoringSSL's own name of what happened, in words: `certificate verify failed`, `tlsv1 alert unknown ca`.
    private static func reason(of error: any Error) -> String? {
        let marker = "OPENSSL_internal:"
        guard let start = String(describing: error).firstRange(of: marker)?.upperBound else { return nil }
        let name = String(describing: error)[start...].prefix { $0.isUppercase || $0.isNumber || $0 == "_" }
        return name.isEmpty ? nil : name.lowercased().replacing("_", with: " ")
    }
}
