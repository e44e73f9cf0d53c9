public import ArgumentParser
public import Edge
public import Importing
public import Schema

extension DialectName: ExpressibleByArgument {}

extension ServiceName: ExpressibleByArgument {}

extension ImportKind: ExpressibleByArgument {}

extension Timestamp: ExpressibleByArgument {
    /// RFC 3339, or a date alone.
    public init?(argument: String) { self.init(rfc3339: argument) }
}

extension AddressRange: ExpressibleByArgument {
    /// An address, or a block as CIDR writes it.
    public init?(argument: String) { self.init(argument) }
}
