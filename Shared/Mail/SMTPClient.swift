internal import CCurl
internal import Synchronization
internal import Threading

/// Where mail goes.
public struct SMTPServer: Sendable, Hashable {
    /// `smtp://host:587`, which turns to TLS, or `smtps://host:465`, which begins with it.
    public var url: String
    public var username: String?
    public var password: String?
    /// PEM file of the only certificate authorities to trust; the system's if there is none.
    public var trustedRoots: String?
    /// Whether `smtp://` must turn to TLS before anything is said; `false` sends password and mail in clear.
    public var requiresTLS = true
    public var connectTimeout = Duration.seconds(10)
    /// How long one mail may take.
    public var timeout = Duration.seconds(30)

    public init(url: String) { self.url = url }
}

/// Why a mail was not taken.
public struct SMTPError: Error, Sendable, CustomStringConvertible {
    /// The server's reply code (RFC 5321, 4.2); nil where there was none.
    public let replyCode: Int?
    /// What the server or the library says. A server's words may hold the recipient's address.
    public let description: String
    /// Whether it is of no use to send the same mail again.
    public let isPermanent: Bool
}

/// Sends mail over a few connections, each with a thread of its own: libcurl blocks.
public final class SMTPClient: Sendable {
    private let lanes: [Lane]
    private let next = Mutex(0)

    /// - Parameter connections: Most mails under way at once.
    /// - Throws: ``SMTPError`` when libcurl is not on this machine.
    public init(server: SMTPServer, connections: Int = 4) throws {
        try Self.checkAvailability()
        lanes = (0..<connections).map { _ in Lane(server: server) }
    }

    /// - Throws: ``SMTPError`` when libcurl is not on this machine.
    public static func checkAvailability() throws {
        guard let fault = caravan_curl_load() else { return }
        throw SMTPError(replyCode: nil, description: String(cString: fault), isPermanent: true)
    }

    /// Returns when the server has taken the mail.
    ///
    /// - Throws: ``SMTPError``; `CancellationError` at once when the task is cancelled. A mail whose answer got lost or was
    ///   not awaited counts as not sent, though it may have been.
    public func send(_ mail: MailMessage) async throws {
        let lane = next.withLock { next in
            next = (next + 1) % lanes.count
            return lanes[next]
        }
        try await lane.send(mail.encoded(), from: mail.from.address, to: mail.to.address)
    }

    /// Closes the connections once what is under way has ended.
    public func shutdown() {
        for lane in lanes { lane.shutdown() }
    }
}

/// What came of one mail, for whoever waits for it; the first answer counts.
private final class Answer: Sendable {
    private enum State {
        case early(Result<Void, any Error>)
        case awaited(CheckedContinuation<Void, any Error>)
        case open
        case given
    }

    private let state = Mutex(State.open)

    var isAwaited: Bool {
        state.withLock { if case .awaited = $0 { true } else { false } }
    }

    func await(with continuation: CheckedContinuation<Void, any Error>) {
        let early: Result<Void, any Error>? = state.withLock { state in
            guard case .early(let result) = state else {
                state = .awaited(continuation)
                return nil
            }
            state = .given
            return result
        }
        if let early { continuation.resume(with: early) }
    }

    func give(_ result: Result<Void, any Error>) {
        let continuation: CheckedContinuation<Void, any Error>? = state.withLock { state in
            switch state {
            case .open: state = .early(result)
            case .awaited(let continuation):
                state = .given
                return continuation
            case .early, .given: break
            }
            return nil
        }
        continuation?.resume(with: result)
    }
}

/// One connection.
private final class Lane: Sendable {
    private let server: SMTPServer
    private let executor = ThreadExecutor(name: "caravan-smtp")
    /// Touched on the executor's thread alone.
    private nonisolated(unsafe) var connection: OpaquePointer?

    init(server: SMTPServer) {
        self.server = server
    }

    func send(_ mail: [UInt8], from sender: String, to recipient: String) async throws {
        let answer = Answer()
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                answer.await(with: continuation)
                executor.run { [self] in
                    if answer.isAwaited { answer.give(perform(mail, sender, recipient).mapError { $0 }) }
                }
            }
        } onCancel: {
            answer.give(.failure(CancellationError()))
        }
    }

    func shutdown() {
        executor.run { [self] in
            if let connection { caravan_smtp_close(connection) }
            connection = nil
        }
        executor.shutdown()
    }

    private func perform(_ mail: [UInt8], _ sender: String, _ recipient: String) -> Result<Void, SMTPError> {
        if connection == nil { connection = open() }
        guard let connection else {
            return .failure(SMTPError(replyCode: nil, description: "out of memory", isPermanent: false))
        }
        var outcome = caravan_smtp_result()
        recipient.withCString { recipient in
            var recipients: [UnsafePointer<CChar>?] = [recipient]
            caravan_smtp_send(connection, sender, &recipients, 1, mail, mail.count, &outcome)
        }
        guard outcome.code != 0 else { return .success(()) }
        let reply = Int(outcome.reply_code)
        return .failure(
            SMTPError(
                replyCode: reply == 0 ? nil : reply, description: Self.text(of: outcome),
                isPermanent: (500..<600).contains(reply) && outcome.is_refused_entry == 0))
    }

    private func open() -> OpaquePointer? {
        let texts = [server.url, server.username, server.password, server.trustedRoots]
        return withCStrings(texts) { texts in
            var server = caravan_smtp_server(
                url: texts[0], username: texts[1], password: texts[2], trusted_roots: texts[3],
                requires_tls: server.requiresTLS ? 1 : 0, connect_timeout_ms: Self.milliseconds(server.connectTimeout),
                timeout_ms: Self.milliseconds(server.timeout))
            return caravan_smtp_open(&server)
        }
    }

    private func withCStrings<R>(_ texts: [String?], _ body: ([UnsafePointer<CChar>?]) -> R) -> R {
        func next(_ rest: ArraySlice<String?>, _ pointers: [UnsafePointer<CChar>?]) -> R {
            guard let text = rest.first else { return body(pointers) }
            guard let text else { return next(rest.dropFirst(), pointers + [nil]) }
            return text.withCString { next(rest.dropFirst(), pointers + [$0]) }
        }
        return next(texts[...], [])
    }

    private static func text(of result: caravan_smtp_result) -> String {
        withUnsafeBytes(of: result.text) { bytes in String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self) }
    }

    private static func milliseconds(_ duration: Duration) -> Int {
        Int(duration.components.seconds) * 1000 + Int(duration.components.attoseconds / 1_000_000_000_000_000)
    }
}
