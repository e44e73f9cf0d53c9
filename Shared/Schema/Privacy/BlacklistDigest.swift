import Crypto

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What blacklists compare instead of personal data: a keyed digest (HMAC-SHA256) of a normalised value.
///
/// Whoever has the same ``DataKeyring`` gets the same digest for the same value, and nobody else can try values out.
public struct BlacklistDigest: Sendable {
    /// What customers are known by.
    public enum Kind: String, CaseIterable, Sendable {
        case email, phone, ip, address
    }

    private let key: SymmetricKey

    /// Takes the keyring that the deployment's services share.
    public init(keyring: DataKeyring) {
        key = keyring.derivedKey(for: "caravan blacklist digest")
    }

    /// The entry for a value; nil where nothing is left of it once it is normalised.
    public func entry(_ kind: Kind, _ value: String) -> BlacklistEntry? {
        let normal = Self.normalise(kind, value)
        guard !normal.isEmpty else { return nil }
        // The kind is part of the message, so that equal texts of two kinds differ.
        let code = HMAC<SHA256>.authenticationCode(for: Array("\(kind.rawValue):\(normal)".utf8), using: key)
        return BlacklistEntry(kind: kind.rawValue, digest: code.lowercaseHex)
    }

    /// The entries for everything known of a person, of some kinds only if wanted.
    public func entries(of person: CheckoutPerson, kinds: some Sequence<Kind> = Kind.allCases) -> [BlacklistEntry] {
        kinds.compactMap { kind in person.value(for: kind).flatMap { entry(kind, $0) } }
    }

    /// The form in which two ways to write the same thing are equal.
    public static func normalise(_ kind: Kind, _ value: String) -> String {
        switch kind {
        case .email: value.lowercased().filter { !$0.isWhitespace }
        case .phone: normalisedPhone(value)
        case .ip: normalisedIP(value.filter { !$0.isWhitespace })
        case .address: value.lowercased().filter { $0.isLetter || $0.isNumber }
        }
    }

    /// Digits alone, without the two ways to say that a country code follows and without that of North America, which
    /// is left out as often as it is given.
    private static func normalisedPhone(_ text: String) -> String {
        let digits = text.filter { ("0"..."9").contains($0) }
        if digits.hasPrefix("00") { return String(digits.dropFirst(2)) }
        return digits.count == 11 && digits.hasPrefix("1") ? String(digits.dropFirst()) : digits
    }

    /// The address's bytes in hexadecimal digits, since IPv6 addresses can be written in many ways.
    private static func normalisedIP(_ text: String) -> String {
        var v4 = in_addr()
        if inet_pton(AF_INET, text, &v4) == 1 { return withUnsafeBytes(of: &v4) { $0.lowercaseHex } }
        var v6 = in6_addr()
        guard inet_pton(AF_INET6, text, &v6) == 1 else { return text.lowercased() }
        return withUnsafeBytes(of: &v6) { bytes in
            // ::ffff:192.0.2.1 is how a socket for both families shows an IPv4 address.
            let isMapped = bytes.prefix(10).allSatisfy { $0 == 0 } && bytes[10] == 255 && bytes[11] == 255
            return (isMapped ? bytes.dropFirst(12) : bytes[...]).lowercaseHex
        }
    }
}

extension CheckoutPerson {
    /// What a blacklist knows the person by.
    public func value(for kind: BlacklistDigest.Kind) -> String? {
        switch kind {
        case .email: email
        case .phone: phone
        case .ip: ipAddress
        case .address: address?.blacklistText
        }
    }
}

extension PostalAddress {
    /// What makes it this address: town and state follow from the postal code, and are often spelled in several ways.
    public var blacklistText: String {
        [address1, address2 ?? "", postalCode, country].joined(separator: "\n")
    }
}

extension Sequence where Element == UInt8 {
    fileprivate var lowercaseHex: String {
        var text = ""
        for byte in self {
            if byte < 16 { text += "0" }
            text += String(byte, radix: 16)
        }
        return text
    }
}
