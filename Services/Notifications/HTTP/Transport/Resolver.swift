import NIOCore
import NIOPosix

/// Resolves host names off the event loops, one question a name at a time, and remembers answers for a while.
actor Resolver {
    struct Address: Sendable {
        /// 4 or 16, in network order.
        let bytes: [UInt8]
        let text: String
    }

    private struct Answer {
        let task: Task<Address, any Error>
        let expires: ContinuousClock.Instant
    }

    private static let lifetime = Duration.seconds(30)
    /// More names than this are not remembered.
    private static let capacity = 10_000

    private var answers: [String: Answer] = [:]
    private let threads = NIOThreadPool(numberOfThreads: 4)
    private var isRunning = false

    /// The address to connect to for a name or a literal, also an unusual one such as `0x7f.1`.
    func address(of host: String) async throws -> Address {
        if !isRunning {
            threads.start()
            isRunning = true
        }
        let now = ContinuousClock.now
        if let answer = answers[host], answer.expires > now { return try await answer.task.value }
        if answers.count >= Self.capacity { answers = answers.filter { $0.value.expires > now } }
        let task = Task { [threads] in
            try await threads.runIfActive { try Self.resolve(host) }
        }
        answers[host] = Answer(task: task, expires: now + Self.lifetime)
        do {
            return try await task.value
        } catch {
            // The next attempt asks again.
            answers[host] = nil
            throw RefusedDestination(description: "The host's name could not be resolved.")
        }
    }

    func shutdown() async {
        if isRunning { try? await threads.shutdownGracefully() }
    }

    private static func resolve(_ host: String) throws -> Address {
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
