import CLibPQ
import Glibc

/// What it takes to cancel a connection's statement. Sendable because libpq copies the connection's address into it and
/// `PQcancel` is thread-safe.
final class PGCancelRequest: @unchecked Sendable {
    private let pointer: OpaquePointer?

    init(_ connection: OpaquePointer) { pointer = PQgetCancel(connection) }

    deinit { PQfreeCancel(pointer) }

    /// Blocks. A request that doesn't arrive is no error: the statement ends by itself.
    func send() {
        var message = [CChar](repeating: 0, count: 256)
        PQcancel(pointer, &message, Int32(message.count))
    }
}

/// OpenSSL's view of a connection. libpq has no function that tells whether OpenSSL holds bytes that are read from
/// the socket but not yet delivered, so OpenSSL, which libpq has loaded, is asked itself. It happens with servers from
/// Postgres 17 on, which write large results past their 8 KiB buffer and so in larger TLS records.
struct PGTransportSecurity: @unchecked Sendable {
    private typealias PendingBytes = @convention(c) (UnsafeMutableRawPointer) -> Int32

    private static let pendingBytes = dlsym(nil, "SSL_pending").map { unsafeBitCast($0, to: PendingBytes.self) }

    private let ssl: UnsafeMutableRawPointer
    private let pendingBytes: PendingBytes

    /// nil if the connection isn't encrypted.
    init?(_ connection: OpaquePointer) {
        guard let ssl = PQsslStruct(connection, "OpenSSL"), let pendingBytes = Self.pendingBytes else { return nil }
        self.ssl = ssl
        self.pendingBytes = pendingBytes
    }

    /// Only to be asked while the connection is open and locked.
    var hasPendingBytes: Bool { pendingBytes(ssl) > 0 }
}
