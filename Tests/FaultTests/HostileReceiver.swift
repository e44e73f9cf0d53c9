import NIOCore
import NIOHTTP1
import NIOPosix
import Schema
import Synchronization
import TestKit

/// A receiver of webhooks that answers as no receiver should, and keeps what it has heard.
final class HostileReceiver: Sendable {
    enum Answer: Sendable {
        case status(Int)
        /// Nothing, for as long as the sender waits.
        case hang
        /// The connection is reset.
        case reset
        /// A head, and then one byte now and then.
        case drip
        /// A success with a body of 10 GiB, as fast as the sender reads.
        case flood

        /// Whether the sender has to take it as a success.
        var isAcceptance: Bool {
            switch self {
            case .status(let status): (200..<300).contains(status)
            case .flood: true
            case .hang, .reset, .drip: false
            }
        }
    }

    /// One request.
    struct Attempt: Sendable {
        /// The message's, the same for all its attempts.
        let id: String
        let type: String
        /// The resource's id.
        let subject: String
        /// Among all attempts of this message that were heard, 1 for the first.
        let number: Int
        var isAccepted = false
    }

    private struct State {
        var attempts: [Attempt] = []
        var counts: [String: Int] = [:]
    }

    private let listener: any Channel
    private let state: Mutex<State>
    let url: String

    /// All requests, in the order of arrival.
    var attempts: [Attempt] { state.withLock { $0.attempts } }

    func forget() { state.withLock { $0 = State() } }

    /// Listens on a free port.
    static func start(_ answer: @escaping @Sendable (Attempt) -> Answer) async throws -> HostileReceiver {
        let receive = Box()
        let listener = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Handler(receive))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let receiver = HostileReceiver(listener)
        receive.action.withLock { $0 = { receiver.hear($0, answer) } }
        return receiver
    }

    private init(_ listener: any Channel) {
        self.listener = listener
        state = Mutex(State())
        url = "http://127.0.0.1:\(listener.localAddress?.port ?? 0)/hooks"
    }

    func stop() async {
        try? await listener.close()
    }

    private func hear(_ body: [UInt8], _ answer: (Attempt) -> Answer) -> Answer {
        guard let message = try? JSON.decode(JSONValue.self, from: body), let id = message["id"]?.string,
            let type = message["type"]?.string, let subject = message["data"]?["object"]?["id"]?.string
        else { return .status(400) }
        return state.withLock { state in
            state.counts[id, default: 0] += 1
            var attempt = Attempt(id: id, type: type, subject: subject, number: state.counts[id] ?? 1)
            let answer = answer(attempt)
            attempt.isAccepted = answer.isAcceptance
            state.attempts.append(attempt)
            return answer
        }
    }

    /// What connections that come before the receiver is made do with a request.
    private final class Box: Sendable {
        let action = Mutex<(@Sendable ([UInt8]) -> Answer)?>(nil)
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private static let floodBytes = 10 << 30
        private static let chunk = ByteBuffer(repeating: UInt8(ascii: "x"), count: 64 << 10)

        private let receive: Box
        private var body: [UInt8] = []
        private var dripping: RepeatedTask?
        /// Bytes of a flood that are still to come.
        private var flood = 0

        init(_ receive: Box) {
            self.receive = receive
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head: body = []
            case .body(let bytes): body.append(contentsOf: bytes.readableBytesView)
            case .end: respond(receive.action.withLock { $0 }?(body) ?? .status(503), context)
            }
        }

        private func respond(_ answer: Answer, _ context: ChannelHandlerContext) {
            switch answer {
            case .status(let status):
                writeHead(status, length: 0, context)
                context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
            case .hang: break
            case .reset:
                // Closing without lingering is what sends a reset.
                (context.channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0))
                    .whenComplete { [channel = context.channel] _ in channel.close(promise: nil) }
            case .drip:
                writeHead(200, length: 1 << 20, context)
                context.flush()
                drip(context)
            case .flood:
                writeHead(200, length: Self.floodBytes, context)
                flood = Self.floodBytes
                pour(context)
            }
        }

        private func writeHead(_ status: Int, length: Int, _ context: ChannelHandlerContext) {
            let head = HTTPResponseHead(
                version: .http1_1, status: .init(statusCode: status), headers: ["Content-Length": "\(length)"])
            context.write(wrapOutboundOut(.head(head)), promise: nil)
        }

        private func drip(_ context: ChannelHandlerContext) {
            let context = NIOLoopBound(context, eventLoop: context.eventLoop)
            dripping = context.value.eventLoop.scheduleRepeatedTask(
                initialDelay: .milliseconds(50), delay: .milliseconds(50)
            ) { _ in
                let part = HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(string: "x")))
                context.value.writeAndFlush(NIOAny(part), promise: nil)
            }
        }

        /// Writes as long as the sender reads.
        private func pour(_ context: ChannelHandlerContext) {
            while flood > 0, context.channel.isActive, context.channel.isWritable {
                flood -= Self.chunk.readableBytes
                context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(Self.chunk))), promise: nil)
            }
        }

        func channelWritabilityChanged(context: ChannelHandlerContext) {
            pour(context)
            context.fireChannelWritabilityChanged()
        }

        func channelInactive(context: ChannelHandlerContext) {
            dripping?.cancel()
            flood = 0
            context.fireChannelInactive()
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }
    }
}
