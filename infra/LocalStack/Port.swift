import Foundation

/// TCP ports of this machine.
public enum Port {
    /// Whether a server could listen on 127.0.0.1 at this port now.
    public static func isFree(_ port: Int) -> Bool {
        let probe = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard probe >= 0 else { return false }
        defer { close(probe) }
        var yes: Int32 = 1
        setsockopt(probe, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        return withAddress(port) { bind(probe, $0, $1) } == 0
    }

    /// The first of `count` neighbouring free ports, at a random place below those that the system hands out for
    /// outgoing connections (32768 and up on Linux): nobody takes such a port by chance between this call and its use.
    public static func freeBlock(of count: Int) throws -> Int {
        for _ in 0..<200 {
            let base = Int.random(in: 10_000..<(32_000 - count))
            if (base..<base + count).allSatisfy(isFree) { return base }
        }
        throw LocalStackError.unsuitable("there are no \(count) neighbouring free ports between 10000 and 32000")
    }

    static func withAddress<R>(_ port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
