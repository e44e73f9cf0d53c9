import NIOCore
import NIOPosix
import Synchronization

/// Resolves host names off the event loops, one question a name at a time, and remembers answers for a while, failures
/// too. A name in use is asked for again in the background: nobody waits for a name server that has gone silent.
final class Resolver: Sendable {
    struct Address: Sendable, Equatable {
        /// 4 or 16, in network order.
        let bytes: [UInt8]
        let text: String
    }

    private typealias Answer = Result<Address, RefusedDestination>

    private struct Entry {
        var address: Address?
        var foundAt = ContinuousClock.now
        var askedAt = ContinuousClock.now
        var isAsking = false
        var waiting: [AsyncStream<Answer>.Continuation] = []
    }

    private struct State {
        var entries: [String: Entry] = [:]
        var isRunning = false
    }

    private enum Look {
        case known(Answer)
        case coming(AsyncStream<Answer>)
    }

    /// How long an address is used while new questions fail or are not answered.
    private static let longestUse = Duration.seconds(300)
    /// More names than this are not remembered.
    private static let capacity = 10_000
    private static let failure = RefusedDestination(description: "The host's name could not be resolved.")

    /// How long an answer counts before the name is asked for again.
    private let lifetime: Duration
    private let lookUp: @Sendable (String) throws -> Address
    private let threads = NIOThreadPool(numberOfThreads: 16)
    private let state = Mutex(State())

    /// - Parameter lookUp: Asks for a name, blocking.
    init(
        lifetime: Duration = .seconds(30), lookUp: @escaping @Sendable (String) throws -> Address = Resolver.askSystem
    ) {
        self.lifetime = lifetime
        self.lookUp = lookUp
    }

    /// The address to connect to for a name or a literal, also an unusual one such as `0x7f.1`.
    ///
    /// - Parameter limit: How long to wait for a name that is not known yet.
    func address(of host: String, within limit: Duration) async throws -> Address {
        switch look(for: host) {
        case .known(let answer): return try answer.get()
        case .coming(let answers):
            return try await withDeadline(limit) {
                for await answer in answers { return try answer.get() }
                throw CancellationError()
            }
        }
    }

    func shutdown() async {
        let wasRunning = state.withLock { $0.isRunning }
        if wasRunning { try? await threads.shutdownGracefully() }
    }

    private func look(for host: String) -> Look {
        let now = ContinuousClock.now
        return state.withLock { state in
            if !state.isRunning {
                threads.start()
                state.isRunning = true
            }
            if state.entries.count >= Self.capacity {
                state.entries = state.entries.filter { $0.value.isAsking || now - $0.value.askedAt < lifetime }
            }
            let known = state.entries[host]
            var entry = known ?? Entry()
            defer { state.entries[host] = entry }
            if !entry.isAsking, known == nil || now - entry.askedAt >= lifetime {
                entry.isAsking = true
                entry.askedAt = now
                threads.submit { [self] poolState in ask(for: host, mayAsk: poolState == .active) }
            }
            if let address = entry.address, now - entry.foundAt < Self.longestUse { return .known(.success(address)) }
            guard entry.isAsking else { return .known(.failure(Self.failure)) }
            let (answers, continuation) = AsyncStream.makeStream(of: Answer.self)
            entry.waiting.append(continuation)
            return .coming(answers)
        }
    }

    /// On a thread of the pool.
    private func ask(for host: String, mayAsk: Bool) {
        let address = mayAsk ? try? lookUp(host) : nil
        let waiting = state.withLock { state in
            var entry = state.entries[host] ?? Entry()
            let waiting = entry.waiting
            entry.isAsking = false
            entry.waiting = []
            if let address {
                entry.address = address
                entry.foundAt = .now
            }
            state.entries[host] = entry
            return waiting
        }
        for continuation in waiting { continuation.yield(address.map { .success($0) } ?? .failure(Self.failure)) }
    }

    @Sendable private static func askSystem(_ host: String) throws -> Address {
        let address = try SocketAddress.makeAddressResolvingHost(host, port: 0)
        // Where RFC 3493 puts the address: after family and port, and for IPv6 after the flow label too.
        let bytes: [UInt8] =
            switch address {
            case .v4(let v4): withUnsafeBytes(of: v4.address) { Array($0[4..<8]) }
            case .v6(let v6): withUnsafeBytes(of: v6.address) { Array($0[8..<24]) }
            case .unixDomainSocket: []
            }
        guard let text = address.ipAddress else { throw RefusedDestination(description: "No address.") }
        return Address(bytes: bytes, text: text)
    }
}
