public import Schema

/// One environment variable that a service reads: a row of ``ConfigurationTable``.
public struct ConfigurationKey: Sendable, Hashable {
    /// The variable's name, `CARAVAN_HTTP_PORT`.
    public let name: String
    /// What counts when the variable is absent or empty. `nil` means that the service refuses to start without it.
    public let defaultValue: String?
    /// Whether the value must never be shown: not in an error, a log line or a table.
    public let isSecret: Bool
    /// One sentence for the README, unit and syntax included.
    public let summary: String
    /// The services that read the variable.
    public let services: [ServiceName]

    /// Declares a row.
    public init(
        _ name: String, default defaultValue: String? = nil, isSecret: Bool = false,
        services: [ServiceName] = ServiceName.allCases, _ summary: String
    ) {
        self.name = name
        self.defaultValue = defaultValue
        self.isSecret = isSecret
        self.services = services
        self.summary = summary
    }

    /// Whether a service that reads the variable refuses to start without it.
    public var isRequired: Bool { defaultValue == nil }
}
