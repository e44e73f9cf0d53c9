/// The rows a statement returned. Values are decoded when they are asked for.
public struct PostgresRows: RandomAccessCollection, Sendable {
    let result: PGResult?

    public var startIndex: Int { 0 }
    public var endIndex: Int { Int(result?.rowCount ?? 0) }

    public subscript(position: Int) -> PostgresRow {
        precondition(indices.contains(position), "row \(position) of \(count)")
        return PostgresRow(result: result, index: Int32(position))
    }
}

/// One row: `let status: Status = try row["status"]`, with an optional type for what may be NULL.
public struct PostgresRow: Sendable {
    let result: PGResult?
    let index: Int32

    /// The value of a column, of the type the context asks for.
    /// - Throws: ``PostgresError`` with code `decoding` if there is no such column, it is NULL or not of that type.
    public subscript<T: PostgresDecodable>(_ column: String) -> T {
        get throws { try self[column, as: T.self] }
    }

    /// The value of a column.
    /// - Throws: ``PostgresError`` with code `decoding` if there is no such column, it is NULL or not of that type.
    public subscript<T: PostgresDecodable>(_ column: String, as type: T.Type) -> T {
        get throws {
            guard let result, let number = result.index(ofColumn: column) else {
                throw PostgresError(code: .decoding, message: "no column \(column)")
            }
            do {
                return try result.withBytes(row: index, column: number) { try T(postgresBytes: $0) }
            } catch PostgresDecodingFailure.null {
                throw PostgresError(code: .decoding, message: "column \(column) is NULL and not of type \(T.self)")
            } catch {
                // The value itself is left out: it may be personal data.
                throw PostgresError(code: .decoding, message: "column \(column) is not of type \(T.self)")
            }
        }
    }
}
