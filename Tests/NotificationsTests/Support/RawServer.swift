import NIOCore
import NIOPosix

/// A TCP server that says what it is told to, whatever it is asked: for answers that no HTTP server would give.
final class RawServer: Sendable {
    /// One connection, written to from a thread of its own.
    struct Connection: Sendable {
        fileprivate let channel: any Channel

        /// Writes and waits until it is out; `false` once the peer has gone.
        @discardableResult
        func write(_ text: String) -> Bool {
            do {
                try channel.writeAndFlush(ByteBuffer(string: text)).wait()
                return true
            } catch {
                return false
            }
        }

        /// Lets a moment pass.
        func rest() {
            try? channel.eventLoop.scheduleTask(in: .milliseconds(20)) {}.futureResult.wait()
        }
    }

    private let listener: any Channel
    let url: String

    private init(listener: any Channel) {
        self.listener = listener
        url = "http://127.0.0.1:\(listener.localAddress?.port ?? 0)/"
    }

    /// Listens on a free port. The script starts with the first bytes of a request.
    static func start(_ script: @escaping @Sendable (Connection) -> Void) async throws -> RawServer {
        let threads = NIOThreadPool(numberOfThreads: 2)
        threads.start()
        let listener = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelInitializer { channel in
                channel.pipeline.addHandler(Starter(threads: threads, script: script))
            }
            .bind(host: "127.0.0.1", port: 0).get()
        listener.closeFuture.whenComplete { _ in threads.shutdownGracefully { _ in } }
        return RawServer(listener: listener)
    }

    func stop() async {
        try? await listener.close()
    }

    private final class Starter: ChannelInboundHandler, @unchecked Sendable {
        typealias InboundIn = ByteBuffer
        private let threads: NIOThreadPool
        private let script: @Sendable (Connection) -> Void
        private var isStarted = false

        init(threads: NIOThreadPool, script: @escaping @Sendable (Connection) -> Void) {
            self.threads = threads
            self.script = script
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            guard !isStarted else { return }
            isStarted = true
            let connection = Connection(channel: context.channel)
            threads.submit { [script] _ in
                script(connection)
                connection.channel.close(promise: nil)
            }
        }
    }
}
