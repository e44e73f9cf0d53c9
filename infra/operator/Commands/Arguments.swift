public import ArgumentParser
public import Edge
public import Schema

extension DialectName: ExpressibleByArgument {}

extension ServiceName: ExpressibleByArgument {}

extension Timestamp: ExpressibleByArgument {
    /// RFC 3339, or a date alone.
    public init?(argument: String) { self.init(rfc3339: argument) }
}
