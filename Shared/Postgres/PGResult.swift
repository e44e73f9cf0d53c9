import CLibPQ
import Glibc

/// Owns a `PGresult`. Sendable because a result never changes once libpq has handed it out.
final class PGResult: @unchecked Sendable {
    private let pointer: OpaquePointer
    let rowCount: Int32
    let columnCount: Int32

    init(_ pointer: OpaquePointer) {
        self.pointer = pointer
        rowCount = PQntuples(pointer)
        columnCount = PQnfields(pointer)
    }

    deinit { PQclear(pointer) }

    /// How many rows the statement inserted, changed, deleted or returned.
    var affectedRows: Int {
        PQcmdTuples(pointer).flatMap { Int(String(cString: $0)) } ?? 0
    }

    /// Whether the statement answered with this command tag, such as `COMMIT`.
    func hasCommandTag(_ tag: String) -> Bool {
        PQcmdStatus(pointer).map { strcmp($0, tag) == 0 } ?? false
    }

    /// Compares C strings and allocates nothing: cheaper than a dictionary for the few columns of a row.
    func index(ofColumn name: String) -> Int32? {
        name.withCString { name in
            (0..<columnCount).first { index in PQfname(pointer, index).map { strcmp($0, name) == 0 } ?? false }
        }
    }

    /// The bytes of a value, nil for NULL; valid during the call.
    func withBytes<R>(row: Int32, column: Int32, _ body: (UnsafeBufferPointer<UInt8>?) throws -> R) rethrows -> R {
        guard PQgetisnull(pointer, row, column) == 0, let value = PQgetvalue(pointer, row, column) else {
            return try body(nil)
        }
        let count = Int(PQgetlength(pointer, row, column))
        return try value.withMemoryRebound(to: UInt8.self, capacity: count) {
            try body(UnsafeBufferPointer(start: $0, count: count))
        }
    }
}
