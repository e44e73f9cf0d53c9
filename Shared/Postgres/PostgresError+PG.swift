import CLibPQ

extension PostgresError {
    /// From a failed result: no DETAIL, it repeats values.
    init(result: OpaquePointer) {
        func field(_ code: Character) -> String? {
            PQresultErrorField(result, Int32(code.asciiValue ?? 0)).map { String(cString: $0) }
        }
        let message = field("M") ?? PQresultErrorMessage(result).map { String(cString: $0) } ?? "unknown error"
        self.init(
            code: field("C").map { .server(SQLState(rawValue: $0)) } ?? .connection, message: message,
            constraint: field("n"))
    }

    /// From the connection's own last error.
    init(connection: OpaquePointer?) {
        var message = PQerrorMessage(connection).map { String(cString: $0) } ?? "out of memory"
        while message.last?.isNewline == true { message.removeLast() }
        self.init(code: .connection, message: message.isEmpty ? "connection lost" : message)
    }

    /// From a connection that could not be made, with the verbose message `FATAL:  28P01: password …`.
    init(refused connection: OpaquePointer) {
        self.init(connection: connection)
        guard let severity = message.firstRange(of: "FATAL:  ") else { return }
        let rest = message[severity.upperBound...]
        let code = rest.prefix(5)
        guard rest.dropFirst(5).hasPrefix(": "), code.allSatisfy({ $0.isASCII && ($0.isNumber || $0.isUppercase) })
        else { return }
        self.code = .server(SQLState(rawValue: String(code)))
        // What follows the first line is the server's source location.
        message = String(rest.dropFirst(7).prefix { !$0.isNewline })
    }
}
