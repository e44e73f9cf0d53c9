/// What went wrong with the database: the one error type of this module.
///
/// Neither bind values nor the server's DETAIL (which repeats them) are kept: they may be personal data.
public struct PostgresError: Error, Sendable, CustomStringConvertible {
    public enum Code: Hashable, Sendable {
        /// The server refused a statement or the connection.
        case server(SQLState)
        /// The connection could not be made or was lost. If that happens during COMMIT, its outcome is unknown.
        case connection
        /// No connection became free in `leaseTimeout`.
        case leaseTimeout
        /// The task was cancelled; the statement had no effect.
        case cancelled
        /// A column is missing, NULL or not of the asked type.
        case decoding
        /// The database, lease or transaction is over.
        case closed
        /// The API was used wrongly: two statements at a time on one connection, a COPY.
        case misuse
    }

    public var code: Code
    public var message: String
    /// The violated constraint, where the server names one.
    public var constraint: String?
    /// The text of the failed statement, never its bind values.
    public var query: String?
    public var file: String?
    public var line: Int?

    public init(
        code: Code, message: String, constraint: String? = nil, query: String? = nil, file: String? = nil,
        line: Int? = nil
    ) {
        self.code = code
        self.message = message
        self.constraint = constraint
        self.query = query
        self.file = file
        self.line = line
    }

    /// The server's code, when the server is who complained.
    public var sqlState: SQLState? {
        if case .server(let state) = code { state } else { nil }
    }

    /// Whether the same work may succeed when it is simply tried again a little later.
    public var isTransient: Bool {
        switch code {
        case .connection, .leaseTimeout: true
        case .cancelled, .decoding, .closed, .misuse: false
        case .server(let state):
            switch state {
            case .serializationFailure, .deadlockDetected, .lockNotAvailable, .adminShutdown, .crashShutdown,
                .cannotConnectNow:
                true
            // 08 connection exception, 53 insufficient resources (connections, disk, memory)
            default: state.classCode == "08" || state.classCode == "53"
            }
        }
    }

    /// A prepared statement that the server no longer has, or whose result type a migration changed.
    var isStaleStatement: Bool {
        sqlState == .invalidStatementName
            || (sqlState == .featureNotSupported && message.contains("cached plan"))
    }

    public var description: String {
        var text = "PostgresError(\(code)): \(message)"
        if let constraint { text += " [constraint \(constraint)]" }
        if let query { text += " in: \(query)" }
        if let file, let line { text += " (\(file):\(line))" }
        return text
    }
}

extension PostgresError.Code: CustomStringConvertible {
    public var description: String {
        switch self {
        case .server(let state): state.rawValue
        case .connection: "connection"
        case .leaseTimeout: "lease timeout"
        case .cancelled: "cancelled"
        case .decoding: "decoding"
        case .closed: "closed"
        case .misuse: "misuse"
        }
    }
}
