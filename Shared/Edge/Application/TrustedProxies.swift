public import HTTPTypes
public import Schema

/// Whose word counts on where a request comes from: the gateway, and what stands before it.
public struct TrustedProxies: Sendable {
    private let ranges: [AddressRange]

    /// Trusts these, and nobody else.
    public init(_ ranges: [AddressRange]) {
        self.ranges = ranges
    }

    /// The gateway on the same machine.
    public static let loopback = TrustedProxies([
        .ipv4(127, length: 8), .ipv6(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, length: 128),
    ])

    /// The client's address; nil if it is not known.
    ///
    /// Each proxy adds to `X-Forwarded-For`, at its end, from whom it has the request. So the header is read from its
    /// end, for as long as trusted proxies wrote it: what a client claims there itself stands before that.
    public func client(of headers: HTTPFields, peer: NetworkAddress?) -> NetworkAddress? {
        guard var client = peer else { return nil }
        let hops = (headers[.forwardedFor] ?? "").split(separator: ",").reversed()
        for hop in hops {
            guard ranges.contains(where: { $0.contains(client) }) else { return client }
            guard let address = Self.address(hop) else { return nil }
            client = address
        }
        return client
    }

    /// Some proxies write a port too: `192.0.2.1:4711`, `[2001:db8::1]:4711`.
    private static func address(_ text: Substring) -> NetworkAddress? {
        let text = text.drop { $0 == " " }.prefix { $0 != " " }
        if text.first == "[" { return NetworkAddress(String(text.dropFirst().prefix { $0 != "]" })) }
        let isWithPort = text.contains(".") && text.utf8.count { $0 == UInt8(ascii: ":") } == 1
        return NetworkAddress(String(isWithPort ? text.prefix { $0 != ":" } : text))
    }
}
