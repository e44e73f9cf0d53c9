import HTTPTypes
import Hummingbird
import NIOCore
import Schema
import Synchronization

/// Joins Hummingbird to the pipeline: reads bodies within their limits and writes answers.
struct EdgeResponder: HTTPResponder {
    /// A connection's channel is all that a request needs of its surroundings.
    struct Context: InitializableFromSource {
        let channel: any Channel

        init(source: ApplicationRequestContextSource) {
            channel = source.channel
        }
    }

    let pipeline: RequestPipeline
    let probes: Probes
    let limits: EdgeLimits
    let deadlines: DeadlineWatch
    let executors: LoopExecutors

    /// Stays on the connection's own loop, also when the database's answer wakes it.
    func respond(to request: Request, context: Context) async throws -> Response {
        let executor = executors[context.channel.eventLoop]
        return await withTaskExecutorPreference(executor) { await respond(to: request, context, on: executor) }
    }

    private func respond(to request: Request, _ context: Context, on executor: LoopExecutor) async -> Response {
        let reader = BodyReader(request, context.channel, limits, deadlines)
        var answer: APIResponse
        if let probe = await probes.answer(request.head) {
            answer = probe
        } else {
            let peer = { context.channel.remoteAddress?.ipAddress.flatMap { NetworkAddress($0) } }
            answer = await pipeline.respond(to: request.head, peer: peer, on: executor) { () throws(RequestError) in
                try await reader.read()
            }
        }
        // What the client still sends is thrown away, so that it hears the answer; a sender without end is cut off.
        let isDrained = await reader.drain()
        if !isDrained { answer.headers[.connection] = "close" }
        return response(answer, to: request, closing: isDrained ? nil : context.channel)
    }

    private func response(_ answer: APIResponse, to request: Request, closing channel: (any Channel)?) -> Response {
        if request.method == .head || answer.status == .noContent {
            var headers = answer.headers
            if answer.status != .noContent { headers[.contentLength] = String(answer.body.count) }
            return Response(status: answer.status, headers: headers)
        }
        let buffer = ByteBuffer(bytes: answer.body)
        guard let channel else {
            return Response(status: answer.status, headers: answer.headers, body: ResponseBody(byteBuffer: buffer))
        }
        let body = ResponseBody(contentLength: buffer.readableBytes) { writer in
            try await writer.write(buffer)
            try await writer.finish(nil)
            channel.close(promise: nil)
        }
        return Response(status: answer.status, headers: answer.headers, body: body)
    }
}

/// Reads one request's body within the limits of size and time.
private final class BodyReader: Sendable {
    private enum Progress {
        case untouched, complete, broken
    }

    private let request: Request
    private let channel: any Channel
    private let limits: EdgeLimits
    private let deadlines: DeadlineWatch
    private let deadline = ContinuousClock.now
    private let progress: Mutex<Progress>

    init(_ request: Request, _ channel: any Channel, _ limits: EdgeLimits, _ deadlines: DeadlineWatch) {
        self.request = request
        self.channel = channel
        self.limits = limits
        self.deadlines = deadlines
        let hasBody =
            request.headers.contains(.transferEncoding) || request.headers[.contentLength].map { $0 != "0" } == true
        progress = Mutex(hasBody ? .untouched : .complete)
    }

    /// The whole body.
    func read() async throws(RequestError) -> [UInt8] {
        guard progress.withLock({ $0 }) == .untouched else { return [] }
        return try await consume(keeping: limits.bodyBytes)
    }

    /// Throws away what has not been read; answers whether the request is over, so that another one can follow.
    func drain() async -> Bool {
        if progress.withLock({ $0 }) == .untouched { _ = try? await consume(keeping: 0) }
        return progress.withLock { $0 } == .complete
    }

    private func consume(keeping limit: Int) async throws(RequestError) -> [UInt8] {
        progress.withLock { $0 = .broken }
        var bytes: [UInt8] = []
        var total = 0
        let isLate = Flag()
        let token = deadlines.schedule(at: deadline + limits.readTimeout) { [channel] in
            isLate.raise()
            // Ends the stream of body parts; the answer can still be written.
            channel.close(mode: .input, promise: nil)
        }
        defer { deadlines.cancel(token) }
        do {
            for try await buffer in request.body {
                total += buffer.readableBytes
                if total <= limit {
                    bytes += buffer.readableBytesView
                } else if total > limit + 8 * limits.bodyBytes {
                    // It does not seem to end.
                    throw RequestError.payloadTooLarge
                }
            }
        } catch {
            throw isLate.isRaised
                ? .requestTimeout : total > limit ? .payloadTooLarge : .malformedBody("The body is cut off.")
        }
        if isLate.isRaised { throw .requestTimeout }
        progress.withLock { $0 = .complete }
        if total > limit { throw .payloadTooLarge }
        return bytes
    }
}

/// Something that happens at most once.
private final class Flag: Sendable {
    private let value = Atomic(false)

    func raise() { value.store(true, ordering: .releasing) }

    var isRaised: Bool { value.load(ordering: .acquiring) }
}
