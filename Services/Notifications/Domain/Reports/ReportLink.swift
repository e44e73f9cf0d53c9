import Schema

/// The links in error reports: who has one may read its file until it expires, without a key.
struct ReportLink: Sendable {
    private let fingerprint: KeyedFingerprint
    /// Where readers reach this installation, without a slash at the end.
    private let publicURL: String

    /// - Parameter publicURL: Where readers reach this installation, without a slash at the end.
    init(keyring: DataKeyring, publicURL: String) {
        fingerprint = KeyedFingerprint(keyring: keyring)
        self.publicURL = publicURL
    }

    func url(of file: ErrorReportFileID, until expiry: Timestamp) -> String {
        let seconds = expiry.microseconds / 1_000_000
        let path = "/admin/v1/error-report-files/\(file)"
        return "\(publicURL)\(path)?expires=\(seconds)&signature=\(signature(file, seconds))"
    }

    /// Whether we have made a link, expired or not.
    func isValid(_ signature: String, of file: ErrorReportFileID, expires seconds: Int64) -> Bool {
        Array(signature.utf8).isEqualInConstantTime(to: Array(self.signature(file, seconds).utf8))
    }

    private func signature(_ file: ErrorReportFileID, _ seconds: Int64) -> String {
        fingerprint.fingerprint(of: Array("error report file".utf8), Array("\(file) \(seconds)".utf8))
            .map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }
}

extension [UInt8] {
    /// Compares without telling by its time how much is equal.
    func isEqualInConstantTime(to other: [UInt8]) -> Bool {
        count == other.count && zip(self, other).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
