public import Schema

/// Which port each part of a local stack listens on, counted from one base so that stacks can run side by side.
public struct StackPorts: Sendable, Codable, Equatable {
    /// Where the gateway answers; everything else follows.
    public let base: Int

    public init(base: Int) {
        self.base = base
    }

    public var gateway: Int { base }
    /// The gateway with TLS, when that is on.
    public var gatewayTLS: Int { base + 1 }
    public var postgres: Int { base + 10 }
    public var broker: Int { base + 11 }
    public var brokerControl: Int { base + 12 }

    /// - Parameter replica: counted from 0.
    public func service(_ name: ServiceName, replica: Int) -> Int {
        base + 20 + 10 * replica + (ServiceName.allCases.firstIndex(of: name) ?? 0)
    }

    /// How many neighbouring ports a stack may use.
    public static func count(replicas: Int) -> Int { 20 + 10 * replicas }
}
