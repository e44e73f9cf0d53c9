import NIOCore
import NIOHTTP1
import NIOPosix
import Schema
import Synchronization
import TestKit

/// A receiver of the clienteling API's pushes: takes any method, keeps what came, and answers as it is told.
final class PushReceiver: Sendable {
    struct Push: Sendable {
        let method: String
        let path: String
        let headers: HTTPHeaders
        let body: [UInt8]

        /// The customers of a batch by their own ids.
        var customers: [String] {
            let rows = try? JSON.decode([String: [JSONValue]].self, from: body)["customers"]
            return rows?.compactMap { $0["externalCustomerId"]?.string } ?? []
        }
    }

    struct Answer: Sendable {
        var status = 200
        var body = ""
    }

    private let listener: any Channel
    private let received: Log

    private final class Log: Sendable {
        let pushes = Mutex<[Push]>([])
    }

    var pushes: [Push] { received.pushes.withLock { $0 } }

    func url(_ path: String) -> String { "http://127.0.0.1:\(listener.localAddress?.port ?? 0)\(path)" }

    func stop() async { try? await listener.close() }

    private init(listener: any Channel, received: Log) {
        self.listener = listener
        self.received = received
    }

    static func start(
        _ answer: @escaping @Sendable (Push) -> Answer = { _ in Answer() }
    ) async throws -> PushReceiver {
        let log = Log()
        let listener = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Handler(log: log, answer: answer))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return PushReceiver(listener: listener, received: log)
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let log: Log
        private let answer: @Sendable (Push) -> Answer
        private var head: HTTPRequestHead?
        private var body: [UInt8] = []

        init(log: Log, answer: @escaping @Sendable (Push) -> Answer) {
            self.log = log
            self.answer = answer
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head): (self.head, body) = (head, [])
            case .body(let bytes): body.append(contentsOf: bytes.readableBytesView)
            case .end: respond(context)
            }
        }

        private func respond(_ context: ChannelHandlerContext) {
            guard let head else { return }
            let push = Push(method: head.method.rawValue, path: head.uri, headers: head.headers, body: body)
            log.pushes.withLock { $0.append(push) }
            let answer = answer(push)
            let content = ByteBuffer(string: answer.body)
            let headers: HTTPHeaders = ["Content-Length": "\(content.readableBytes)"]
            let response = HTTPResponseHead(
                version: .http1_1, status: .init(statusCode: answer.status), headers: headers)
            context.write(wrapOutboundOut(.head(response)), promise: nil)
            context.write(wrapOutboundOut(.body(.byteBuffer(content))), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
    }
}
