import HTTPTypes
import Logging
import Schema
import Synchronization
import TestKit

@testable import Edge

/// An application with keys of its own, for tests that send requests.
struct TestEdge {
    let application: EdgeApplication
    let revocations = RevocationList()
    let account = ID<Account>()
    private let signer: APIKeySigner
    private static let count = Atomic(0)

    init(
        limits: EdgeLimits = EdgeLimits(), health: EdgeHealth = EdgeHealth(), logger: Logger? = nil,
        _ routes: [Route]
    ) throws {
        signer = try APIKeySigner(privateKey: try APIKeySigner.generatePrivateKey())
        let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        application = EdgeApplication(
            routes: routes, verifier: try APIKeyVerifier(publicKey: signer.publicKey, revocations: revocations),
            limits: limits, port: 0, health: health, logger: logger ?? silent)
    }

    /// A new key.
    func key(
        _ dialects: Set<DialectName> = Set(DialectName.allCases), permissions: Set<String> = ["*"],
        rateLimit: Int = 1_000_000, allowedAddresses: [String]? = nil
    ) async throws -> (token: String, principal: Principal) {
        let number = Self.count.wrappingAdd(1, ordering: .relaxed).newValue
        let principal = Principal(
            account: account, keyID: "key_\(number)", dialects: dialects, permissions: permissions,
            rateLimit: rateLimit,
            allowedAddresses: allowedAddresses?.compactMap { AddressRange($0) })
        return (try await signer.token(for: principal), principal)
    }

    func send(
        _ method: HTTPRequest.Method, _ path: String, headers: HTTPFields = [:], body: String = "",
        from peer: String? = nil
    ) async -> APIResponse {
        var head = HTTPRequest(method: method, scheme: "http", authority: "test", path: path)
        head.headerFields = headers
        return await application.respond(to: head, body: Array(body.utf8), from: peer.flatMap { NetworkAddress($0) })
    }
}

extension HTTPFields {
    static func bearer(_ token: String, _ more: HTTPFields = [:]) -> HTTPFields {
        var fields = more
        fields[.authorization] = "Bearer \(token)"
        return fields
    }
}

extension APIResponse {
    var text: String { String(decoding: body, as: UTF8.self) }
    var document: JSONValue { (try? JSONValue(parsing: body)) ?? .null }
}

/// Keeps what is logged.
final class LogRecorder: LogHandler, Sendable {
    struct Entry: Sendable {
        let level: Logger.Level
        let message: String
        let metadata: [String: String]
    }

    private let recorded = Mutex<[Entry]>([])

    var entries: [Entry] { recorded.withLock { $0 } }
    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }
    var logLevel: Logger.Level {
        get { .trace }
        set {}
    }
    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }

    func log(event: LogEvent) {
        let metadata = (event.metadata ?? [:]).mapValues { "\($0)" }
        recorded.withLock { $0.append(Entry(level: event.level, message: "\(event.message)", metadata: metadata)) }
    }
}
