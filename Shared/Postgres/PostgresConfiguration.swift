/// Where the database is and how the pool treats it.
public struct PostgresConfiguration: Sendable {
    /// A libpq URI (`postgresql://user@host/db?…`) or conninfo string; libpq's environment variables and password
    /// file fill in what it leaves out. The other properties win over what it says.
    public var url: String
    /// Shown in `pg_stat_activity`.
    public var applicationName = "caravan"
    /// How many connections the pool opens at most.
    public var maximumConnections = 16
    /// How long one attempt to connect may take, once the host's name is resolved.
    public var connectTimeout: Duration = .seconds(5)
    /// The server ends a statement that takes longer; zero means never.
    public var statementTimeout: Duration = .seconds(15)
    /// How long to wait for a free connection. Failed attempts to connect are repeated within this time, so that a
    /// restart of the server goes unnoticed.
    public var leaseTimeout: Duration = .seconds(10)
    /// A connection that nobody used for so long is closed.
    public var idleTimeout: Duration = .seconds(60)
    /// How long sent bytes may stay unacknowledged before either side counts the connection as lost.
    public var tcpUserTimeout: Duration = .seconds(10)
    public var tls: PostgresTLS = .fromURL
    /// The `search_path` of every connection; nil leaves the role's own.
    public var searchPath: String?

    public init(url: String) { self.url = url }
}

/// How the connection is secured: https://www.postgresql.org/docs/current/libpq-ssl.html
public enum PostgresTLS: Sendable {
    /// What the URL says (`sslmode=…`); libpq's default is `prefer`.
    case fromURL
    case disable
    /// Encrypted, the server's certificate is not checked.
    case require
    /// Encrypted, the certificate and its host name are checked against `rootCertificate` (nil: libpq's default file).
    /// `certificate` and `key` identify the client (mTLS). All are paths of PEM files.
    case verifyFull(rootCertificate: String?, certificate: String? = nil, key: String? = nil)
}

/// The isolation level of a transaction.
public enum PostgresIsolation: Sendable {
    case readCommitted, repeatableRead, serializable
}

/// What the pool holds at this moment, and what it did so far.
public struct PostgresPoolStatistics: Sendable, Equatable {
    /// Idle and leased connections.
    public var open = 0
    public var idle = 0
    public var leased = 0
    /// Connections being opened.
    public var connecting = 0
    /// Tasks that wait for a connection.
    public var waiting = 0
    /// Transactions that wait to be committed together with others.
    public var gathering = 0
    /// Opened and closed since the start.
    public var connectionsOpened = 0
    public var connectionsClosed = 0
    public var connectFailures = 0
    public var leaseTimeouts = 0
}
