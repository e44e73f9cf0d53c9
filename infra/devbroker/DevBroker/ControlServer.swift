import Glibc

/// The control port: one small HTTP request per connection, one connection after the other.
final class ControlServer: Sendable {
    private let listener: Int32
    private let port: UInt16
    private let cluster: MockCluster

    /// Starts to listen on 127.0.0.1.
    init(port: UInt16, cluster: MockCluster) throws {
        self.cluster = cluster
        (listener, self.port) = try listeningSocket(port: port)
    }

    /// One line of JSON that says where everything is.
    var summary: String {
        #"{"bootstrap":"\#(cluster.bootstrap)","control":"127.0.0.1:\#(port)","clusterId":"\#(cluster.clusterID)"}"#
    }

    /// Serves on a thread of its own, for as long as the process lives.
    func start() {
        var thread = pthread_t()
        pthread_create(
            &thread, nil,
            { context in
                if let context { Unmanaged<ControlServer>.fromOpaque(context).takeRetainedValue().serve() }
                return nil
            }, Unmanaged.passRetained(self).toOpaque())
    }

    private func serve() {
        while true {
            let connection = accept(listener, nil, nil)
            guard connection >= 0 else { continue }
            var patience = timeval(tv_sec: 2, tv_usec: 0)
            setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
            if let line = requestLine(connection) {
                let (status, body) = answer(line)
                let response =
                    "HTTP/1.0 \(status)\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n"
                    + "Connection: close\r\n\r\n\(body)"
                _ = send(connection, response, response.utf8.count, Int32(MSG_NOSIGNAL))
            }
            close(connection)
        }
    }

    /// Reads the head; bodies are of no interest.
    private func requestLine(_ connection: Int32) -> Substring? {
        var head: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while head.count < 16_384 {
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return nil }
            head += buffer[..<count]
            let text = String(decoding: head, as: UTF8.self)
            if text.contains("\r\n\r\n") { return text.split(separator: "\r\n").first }
        }
        return nil
    }

    private func answer(_ line: Substring) -> (status: String, body: String) {
        let words = line.split(separator: " ")
        guard words.count >= 2 else { return ("400 Bad Request", "{}\n") }
        let parts = words[1].split(separator: "?", maxSplits: 1)
        let query = Query(parts.count > 1 ? parts[1] : "")
        do {
            switch (words[0], parts.first ?? "/") {
            case ("GET", "/"): return ("200 OK", summary + "\n")
            case ("POST", "/down"): try cluster.takeDown()
            case ("POST", "/up"): try cluster.bringUp()
            case ("POST", "/rtt"): try cluster.setRoundTrip(milliseconds: query.integer("ms"))
            case ("POST", "/errors"):
                cluster.pushErrors(
                    api: try query.requestKind("api"), code: Int32(try query.integer("code")),
                    count: try query.integer("count", default: 1))
            case ("POST", "/topics"):
                try cluster.createTopic(try query.string("name"), partitions: try query.integer("partitions"))
            default: return ("404 Not Found", #"{"error":"no such control"}"# + "\n")
            }
            return ("200 OK", "{}\n")
        } catch {
            return ("400 Bad Request", #"{"error":"\#(error)"}"# + "\n")
        }
    }
}

/// The query of a control request; values are plain words and numbers, so nothing needs decoding.
private struct Query {
    private let values: [Substring: Substring]

    init(_ text: Substring) {
        let pairs = text.split(separator: "&").map {
            $0.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        }
        values = Dictionary(pairs.map { ($0[0], $0.count > 1 ? $0[1] : "") }) { $1 }
    }

    func string(_ name: Substring) throws -> String {
        guard let value = values[name], !value.isEmpty else { throw DevBrokerError(description: "\(name) is missing") }
        return String(value)
    }

    func integer(_ name: Substring, default: Int? = nil) throws -> Int {
        if let `default`, values[name] == nil { return `default` }
        guard let value = Int32(try string(name)) else {
            throw DevBrokerError(description: "\(name) is not a number")
        }
        return Int(value)
    }

    /// Source: https://kafka.apache.org/protocol.html#protocol_api_keys
    func requestKind(_ name: Substring) throws -> Int16 {
        let kinds: [String: Int16] = [
            "produce": 0, "fetch": 1, "listOffsets": 2, "metadata": 3, "offsetCommit": 8, "offsetFetch": 9,
            "findCoordinator": 10, "joinGroup": 11, "heartbeat": 12, "leaveGroup": 13, "syncGroup": 14,
            "initProducerId": 22,
        ]
        let text = try string(name)
        guard let kind = kinds[text] ?? Int16(text) else {
            throw DevBrokerError(description: "\(text) is no kind of request")
        }
        return kind
    }
}

/// A socket that listens on 127.0.0.1, and its port.
/// - Parameter port: 0 lets the kernel choose.
func listeningSocket(port: UInt16) throws -> (socket: Int32, port: UInt16) {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var on: Int32 = 1
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isListening = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            bind(listener, $0, size) == 0 && listen(listener, 16) == 0 && getsockname(listener, $0, &size) == 0
        }
    }
    guard isListening else {
        let reason = String(cString: strerror(errno))
        close(listener)
        throw DevBrokerError(description: "cannot listen on 127.0.0.1:\(port): \(reason)")
    }
    return (listener, UInt16(bigEndian: address.sin_port))
}
