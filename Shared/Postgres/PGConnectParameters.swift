import CLibPQ
import Glibc

/// The keywords and values libpq connects with: https://www.postgresql.org/docs/current/libpq-connect.html
struct PGConnectParameters: Sendable {
    private(set) var keywords: [(name: String, value: String)] = []
    private let connectTimeout: Duration

    /// Of two values of a keyword libpq takes the later, so what the URL may override stands before it.
    init(_ configuration: PostgresConfiguration) {
        connectTimeout = configuration.connectTimeout
        keywords.append(("gssencmode", "disable"))
        keywords.append(("dbname", configuration.url))
        keywords.append(("application_name", configuration.applicationName))
        keywords.append(("client_encoding", "UTF8"))
        keywords.append(("tcp_user_timeout", String(Self.milliseconds(configuration.tcpUserTimeout))))
        // A silent connection, which has nothing unacknowledged, is probed: 15 s, then 3 times every 5 s.
        keywords.append(("keepalives_idle", "15"))
        keywords.append(("keepalives_interval", "5"))
        keywords.append(("keepalives_count", "3"))
        switch configuration.tls {
        case .fromURL: break
        case .disable: keywords.append(("sslmode", "disable"))
        case .require: keywords.append(("sslmode", "require"))
        case .verifyFull(let rootCertificate, let certificate, let key):
            keywords.append(("sslmode", "verify-full"))
            for (name, path) in [("sslrootcert", rootCertificate), ("sslcert", certificate), ("sslkey", key)] {
                if let path { keywords.append((name, path)) }
            }
        }
        var options = Self.options(in: configuration.url).map { [$0] } ?? []
        options.append("-c TimeZone=UTC -c DateStyle=ISO")
        // The server's side of the same: by the kernel's defaults a lost host would hold its locks for two hours.
        options.append("-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3")
        options.append("-c tcp_user_timeout=\(Self.milliseconds(configuration.tcpUserTimeout))")
        options.append("-c statement_timeout=\(Self.milliseconds(configuration.statementTimeout))")
        if let path = configuration.searchPath { options.append("-c search_path=\(Self.escaped(path))") }
        keywords.append(("options", options.joined(separator: " ")))
    }

    /// Makes a connection; blocks for `connectTimeout` at most (plus the time to resolve the host's name).
    func connect() throws(PostgresError) -> OpaquePointer {
        guard let connection = start() else { throw PostgresError(connection: nil) }
        // libpq gives the SQLSTATE of a refused connection only inside a verbose message.
        PQsetErrorVerbosity(connection, PQERRORS_VERBOSE)
        let deadline = ContinuousClock.now + connectTimeout
        var status = PQstatus(connection) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING
        while status != PGRES_POLLING_OK {
            let remaining = ContinuousClock.now.duration(to: deadline)
            var error: PostgresError?
            if status == PGRES_POLLING_FAILED {
                error = PostgresError(refused: connection)
            } else if remaining <= .zero {
                error = PostgresError(code: .connection, message: "no connection in \(connectTimeout)")
            }
            if let error {
                PQfinish(connection)
                throw error
            }
            let events = Int16(status == PGRES_POLLING_READING ? POLLIN : POLLOUT)
            var descriptor = pollfd(fd: PQsocket(connection), events: events, revents: 0)
            if poll(&descriptor, 1, Int32(clamping: Self.milliseconds(remaining) + 1)) > 0 {
                status = PQconnectPoll(connection)
            }
        }
        return connection
    }

    private func start() -> OpaquePointer? {
        var names = keywords.map { strdup($0.name).map { UnsafePointer($0) } }
        var values = keywords.map { strdup($0.value).map { UnsafePointer($0) } }
        defer {
            for string in names + values { free(UnsafeMutablePointer(mutating: string)) }
        }
        names.append(nil)
        values.append(nil)
        return PQconnectStartParams(names, values, 1)
    }

    private static func milliseconds(_ duration: Duration) -> Int64 {
        duration.components.seconds * 1000 + duration.components.attoseconds / 1_000_000_000_000_000
    }

    /// A value inside `options`: spaces and backslashes are escaped.
    private static func escaped(_ text: String) -> String {
        String(text.flatMap { $0 == " " || $0 == "\\" ? ["\\", $0] : [$0] })
    }

    /// The `options` that the URL itself carries: ours are added, not put in their place.
    private static func options(in url: String) -> String? {
        guard let parsed = PQconninfoParse(url, nil) else { return nil }
        defer { PQconninfoFree(parsed) }
        var option = parsed
        while let keyword = option.pointee.keyword {
            if strcmp(keyword, "options") == 0 { return option.pointee.val.map { String(cString: $0) } }
            option += 1
        }
        return nil
    }
}
