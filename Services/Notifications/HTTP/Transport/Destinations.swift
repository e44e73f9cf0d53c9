import AsyncHTTPClient
import FoundationEssentials
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// How connections are made.
struct TransportSettings: Sendable {
    /// Whether webhooks may go to plain HTTP and to addresses that are not public.
    var allowsPrivateAddresses = false
    /// PEM file of the certificate authorities to trust; the system's if there is none.
    var trustedRoots: String?
    /// PEM files of the certificate and the key shown to receivers that ask for them.
    var clientCertificate: String?
    var clientKey: String?
    /// Most connections to one receiver.
    var connectionsPerDestination = 768
}

/// A URL that webhooks may not go to. Says why.
struct RefusedDestination: Error, CustomStringConvertible {
    let description: String
}

/// The HTTP clients, one for each host and the address it has been resolved to.
///
/// Names are resolved and checked here, and the client is told to connect to the address that was checked: a DNS answer
/// that changes in between changes nothing. The certificate is still verified against the name.
final class Destinations: Sendable {
    /// A client on loan.
    struct Lease: Sendable {
        fileprivate let key: Key
        let client: HTTPClient
    }

    fileprivate struct Key: Hashable, Sendable {
        let host: String
        let address: String
        /// Connections are shared only by those who secure them alike.
        let tls: EndpointTLS?
    }

    private struct Entry {
        let client: HTTPClient
        var leases = 0
        var lastUse = ContinuousClock.now
    }

    private struct State {
        /// The hosts of URLs that have passed the rules: reading a URL costs as much as signing a message.
        var hosts: [String: String] = [:]
        var clients: [Key: Entry] = [:]
        var lastSweep = ContinuousClock.now
    }

    /// An idle client holds nothing, but there may have been many.
    private static let idleTime = Duration.seconds(90)
    /// More URLs than this are not remembered.
    private static let capacity = 10_000

    private let policy: AddressPolicy
    private let resolver: Resolver
    private let configuration: HTTPClient.Configuration
    private let state = Mutex(State())

    init(settings: TransportSettings, resolver: Resolver = Resolver()) throws {
        self.resolver = resolver
        policy = AddressPolicy(allowsPrivate: settings.allowsPrivateAddresses)
        var configuration = HTTPClient.Configuration()
        configuration.tlsConfiguration = try Self.tls(settings)
        configuration.redirectConfiguration = .disallow
        configuration.timeout.connect = .seconds(10)
        configuration.connectionPool.idleTimeout = .seconds(30)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = settings.connectionsPerDestination
        // The engine has its own schedule for retries.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.decompression = .disabled
        self.configuration = configuration
    }

    /// The client for a URL, whose address has been checked. Must be given back.
    ///
    /// - Parameters:
    ///   - tls: How its connections are secured, where that is not as usual.
    ///   - limit: How long to wait for an address that is not known yet.
    func lease(_ url: String, tls: EndpointTLS? = nil, within limit: Duration) async throws -> Lease {
        let host = try host(of: url)
        let address = try await resolver.address(of: host, within: limit)
        guard policy.allows(address.bytes) else {
            throw RefusedDestination(description: "The host's address is not a public one.")
        }
        return try lease(Key(host: host, address: address.text, tls: tls))
    }

    private func host(of url: String) throws -> String {
        if let host = state.withLock({ $0.hosts[url] }) { return host }
        if let fault = WebhookURL.fault(url, allowsPlainHTTP: policy.allowsPrivate) {
            throw RefusedDestination(description: fault)
        }
        guard let host = URLComponents(string: url)?.host else { throw RefusedDestination(description: "No host.") }
        let name = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        state.withLock { state in
            if state.hosts.count >= Self.capacity { state.hosts = [:] }
            state.hosts[url] = name
        }
        return name
    }

    func giveBack(_ lease: Lease) {
        state.withLock { state in
            state.clients[lease.key]?.leases -= 1
            state.clients[lease.key]?.lastUse = .now
        }
    }

    func shutdown() async {
        let entries = state.withLock { state in
            defer { state.clients = [:] }
            return state.clients.values.map(\.client)
        }
        for client in entries { try? await client.shutdown() }
        await resolver.shutdown()
    }

    private func lease(_ key: Key) throws -> Lease {
        let (lease, idle) = try state.withLock { state in
            var entry = try state.clients[key] ?? Entry(client: makeClient(key))
            entry.leases += 1
            state.clients[key] = entry
            return (Lease(key: key, client: entry.client), Self.sweep(&state))
        }
        for client in idle { Task { try? await client.shutdown() } }
        return lease
    }

    private func makeClient(_ key: Key) throws -> HTTPClient {
        var configuration = configuration
        if let own = key.tls { try Self.secure(&configuration, as: own) }
        if key.host != key.address { configuration.dnsOverride = [key.host: key.address] }
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// Takes out the clients that nobody has used for a while.
    private static func sweep(_ state: inout State) -> [HTTPClient] {
        let now = ContinuousClock.now
        guard now - state.lastSweep > idleTime else { return [] }
        state.lastSweep = now
        let idle = state.clients.filter { $0.value.leases == 0 && now - $0.value.lastUse > idleTime }
        for key in idle.keys { state.clients[key] = nil }
        return idle.values.map(\.client)
    }

    private static func secure(_ configuration: inout HTTPClient.Configuration, as own: EndpointTLS) throws {
        var tls = configuration.tlsConfiguration ?? .makeClientConfiguration()
        if let certificate = own.clientCertificate {
            tls.certificateChain = try NIOSSLCertificate.fromPEMBytes(Array(certificate.chain.utf8)).map {
                .certificate($0)
            }
            tls.privateKey = .privateKey(
                try NIOSSLPrivateKey(bytes: Array(certificate.privateKey.utf8), format: .pem))
        }
        if let roots = own.trustedRoots {
            tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(roots.utf8)))
        }
        configuration.tlsConfiguration = tls
    }

    private static func tls(_ settings: TransportSettings) throws -> TLSConfiguration {
        var tls = TLSConfiguration.makeClientConfiguration()
        if let path = settings.trustedRoots {
            tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(path))
        }
        if let path = settings.clientCertificate, let key = settings.clientKey {
            tls.certificateChain = try NIOSSLCertificate.fromPEMFile(path).map { .certificate($0) }
            tls.privateKey = .privateKey(try NIOSSLPrivateKey(file: key, format: .pem))
        }
        return tls
    }
}
