import Schema

/// Why one line of a file was not imported; the file of errors has one a line.
public struct ImportFault: Error, Equatable, Sendable {
    /// The line on which the record begins, from 1.
    public let line: Int
    /// The API's code, or one of ours: `INVALID_CSV`, `INVALID_JSON`.
    public let code: String
    public let message: String

    public init(line: Int, code: String, message: String) {
        self.line = line
        self.code = code
        self.message = message
    }

    var json: JSONValue {
        ["line": .number(JSONNumber(line)), "code": .string(code), "message": .string(message)]
    }
}

/// Why an import cannot begin or go on.
public struct ImportError: Error, Equatable, CustomStringConvertible, Sendable {
    public let description: String

    public init(_ description: String) {
        self.description = description
    }
}

/// One record of a file.
struct ImportRecord: Sendable {
    /// The line on which it begins, from 1.
    let line: Int
    /// Where the next one begins.
    let end: FilePosition
    let content: Result<JSONValue, ImportFault>
}

/// A place in a file, between two records.
struct FilePosition: Codable, Equatable, Sendable {
    /// Bytes before it.
    var offset: Int64
    /// The number of the line that begins here, from 1.
    var line: Int
}
