import Foundation

/// The smallest HTTP client that can ask a process on this machine how it is: one request, one connection.
public enum LocalHTTP {
    /// An answer: the status code and the body as text.
    public struct Response: Sendable {
        public let status: Int
        public let body: String
    }

    /// Sends one request to 127.0.0.1.
    /// - Throws: `LocalStackError` when nothing listens there, or nothing came within `timeout`.
    public static func request(
        _ method: String, _ path: String, port: Int, timeout: Duration = .seconds(2)
    ) async throws -> Response {
        try await withCheckedThrowingContinuation { continuation in
            // Blocking calls stay off the cooperative pool, which has only as many threads as the machine has cores.
            Thread.detachNewThread {
                continuation.resume(with: Result { try exchange(method, path, port, timeout) })
            }
        }
    }

    private static func exchange(_ method: String, _ path: String, _ port: Int, _ timeout: Duration) throws -> Response
    {
        let connection = try connect(port: port, timeout: timeout)
        defer { close(connection) }
        // Asked to, every server closes after its answer; not all do for HTTP/1.0.
        let lines = ["\(method) \(path) HTTP/1.1", "Host: 127.0.0.1", "Content-Length: 0", "Connection: close", "", ""]
        let request = Array(lines.joined(separator: "\r\n").utf8)
        guard send(connection, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else {
            throw LocalStackError.system("send to port \(port)", errno)
        }
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16 * 1024)
        while true {
            let count = recv(connection, &buffer, buffer.count, 0)
            if count < 0 { throw LocalStackError.system("receive from port \(port)", errno) }
            if count == 0 { break }
            answer += buffer[..<count]
        }
        let text = String(decoding: answer, as: UTF8.self)
        let words = text.prefix { !$0.isNewline }.split(separator: " ")
        guard words.count > 1, let status = Int(words[1]) else {
            throw LocalStackError.unsuitable("port \(port) does not speak HTTP")
        }
        let body = text.range(of: "\r\n\r\n").map { String(text[$0.upperBound...]) }
        return Response(status: status, body: body ?? "")
    }

    private static func connect(port: Int, timeout: Duration) throws -> Int32 {
        let connection = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard connection >= 0 else { throw LocalStackError.system("socket", errno) }
        var limit = timeval(
            tv_sec: Int(timeout.components.seconds),
            tv_usec: Int(timeout.components.attoseconds / 1_000_000_000_000))
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
        setsockopt(connection, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
        guard Port.withAddress(port, { Foundation.connect(connection, $0, $1) }) == 0 else {
            let number = errno
            close(connection)
            throw LocalStackError.system("connect to port \(port)", number)
        }
        return connection
    }
}
