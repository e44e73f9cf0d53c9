import Crypto
import FoundationEssentials
import Schema

/// The `Stripe-Signature` header: `t=<seconds>,v1=<hex of HMAC-SHA256("seconds.body")>`, one `v1` a secret of theirs.
struct StripeSignature: Sendable {
    private let seconds: Int64
    private let codes: [[UInt8]]

    /// An older message may be a repetition by somebody else.
    private static let tolerance: Int64 = 300

    /// nil for what is no such header.
    init?(_ header: String) {
        var seconds: Int64?
        var codes: [[UInt8]] = []
        for part in header.split(separator: ",") {
            let halves = part.split(separator: "=", maxSplits: 1)
            guard halves.count == 2 else { return nil }
            switch halves[0] {
            case "t": seconds = Int64(halves[1])
            case "v1": codes.append(Self.bytes(hexadecimal: halves[1]))
            default: continue
            }
        }
        guard let seconds else { return nil }
        self.seconds = seconds
        self.codes = codes
    }

    /// Whether the holder of the secret has sent these bytes lately.
    func isValid(for body: [UInt8], secret: String, at now: Timestamp) -> Bool {
        let (age, overflow) = (now.microseconds / 1_000_000).subtractingReportingOverflow(seconds)
        guard !overflow, (-Self.tolerance...Self.tolerance).contains(age) else { return false }
        let message = Array("\(seconds).".utf8) + body
        let key = SymmetricKey(data: Array(secret.utf8))
        // Compares in constant time.
        return codes.contains { HMAC<SHA256>.isValidAuthenticationCode($0, authenticating: message, using: key) }
    }

    private static func bytes(hexadecimal text: Substring) -> [UInt8] {
        let digits = text.utf8.map { UInt8(Character(Unicode.Scalar($0)).hexDigitValue ?? 0xff) }
        guard digits.count.isMultiple(of: 2), !digits.contains(0xff) else { return [] }
        return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}
