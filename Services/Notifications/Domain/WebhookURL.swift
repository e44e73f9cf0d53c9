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
        return nil
    }
}
