import FoundationEssentials

/// Rules for the address that an endpoint may name. Where it leads is checked at every connection, see ``AddressPolicy``.
enum WebhookURL {
    /// Says what is wrong with an address, or `nil` for a good one.
    static func fault(_ text: String, allowsPlainHTTP: Bool) -> String? {
        guard text.utf8.count <= 2048, text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }),
            let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(), let host = parts.host,
            !host.isEmpty
        else { return "This is not a URL." }
        guard scheme == "https" || scheme == "http" else { return "The URL must begin with https://." }
        guard scheme == "https" || allowsPlainHTTP else { return "The URL must begin with https://." }
        guard parts.user == nil, parts.password == nil else {
            return "The URL must not contain a user name or password."
        }
        guard parts.fragment == nil else { return "The URL must not contain a fragment." }
        guard parameters(text) != nil else { return "Each brace of the URL must have its counterpart." }
        guard (1...65535).contains(parts.port ?? 443) else { return "The URL's port must be from 1 to 65535." }
        guard isPlain(host), authority(of: text) == host.lowercased() + (parts.port.map { ":\($0)" } ?? "") else {
            return "The URL's host must be a plain name or address."
        }
        return nil
    }

    /// The names in braces, of a URL that is a template; nil where a brace has no counterpart.
    static func parameters(_ text: String) -> [String]? {
        let parts = text.split(separator: "{", omittingEmptySubsequences: false)
        let names = parts.dropFirst().map { $0.split(separator: "}", omittingEmptySubsequences: false) }
        guard parts.first?.contains("}") != true, names.allSatisfy({ $0.count == 2 }) else { return nil }
        return names.map { String($0[0]) }
    }

    /// Whether every reader of URLs takes the host for the same: no escapes, no zones, nothing but a name or an address.
    private static func isPlain(_ host: String) -> Bool {
        if host.hasPrefix("[") {
            return host.hasSuffix("]") && host.dropFirst().dropLast().utf8.allSatisfy { Self.addressBytes.contains($0) }
        }
        return host.utf8.allSatisfy { Self.nameBytes.contains($0) }
    }

    /// What stands between the slashes, as it is written.
    private static func authority(of text: String) -> String? {
        guard let start = text.firstRange(of: "://")?.upperBound else { return nil }
        return text[start...].prefix { !"/?#\\".contains($0) }.lowercased()
    }

    private static let nameBytes = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._".utf8)
    private static let addressBytes = Set("0123456789abcdefABCDEF:.".utf8)
}
