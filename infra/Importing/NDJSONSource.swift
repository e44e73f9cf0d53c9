import Schema

/// Where records come from.
protocol RecordSource {
    /// The next record; nil at the end.
    /// - Throws: `ImportError` when nothing after this place can be read.
    mutating func next() throws -> ImportRecord?
}

/// A file with one JSON object a line (https://github.com/ndjson/ndjson-spec). Empty lines are skipped.
struct NDJSONSource: RecordSource {
    /// What the API takes at once.
    static let maximumBytes = 1 << 20

    private var bytes: ByteReader
    private var line: Int

    init(path: String, from start: FilePosition) throws {
        bytes = try ByteReader(path: path, at: start.offset)
        line = start.line
    }

    mutating func next() throws -> ImportRecord? {
        while try bytes.peek() != nil {
            let number = line
            var text: [UInt8] = []
            var isTooLong = false
            while let byte = try bytes.next(), byte != UInt8(ascii: "\n") {
                if text.count < Self.maximumBytes { text.append(byte) } else { isTooLong = true }
            }
            line += 1
            if number == 1, text.starts(with: [0xef, 0xbb, 0xbf]) { text.removeFirst(3) }
            if text.allSatisfy({ $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\r") || $0 == UInt8(ascii: "\t") }) {
                continue
            }
            let end = FilePosition(offset: bytes.offset, line: line)
            return ImportRecord(line: number, end: end, content: content(text, number, isTooLong: isTooLong))
        }
        return nil
    }

    private func content(_ text: [UInt8], _ line: Int, isTooLong: Bool) -> Result<JSONValue, ImportFault> {
        func fault(_ message: String) -> Result<JSONValue, ImportFault> {
            .failure(ImportFault(line: line, code: "INVALID_JSON", message: message))
        }
        if isTooLong { return fault("The line has more than \(Self.maximumBytes) bytes.") }
        do {
            let value = try JSONValue(parsing: text)
            return value.isObject ? .success(value) : fault("The line is not a JSON object.")
        } catch {
            return fault("\(error.message), at byte \(error.offset) of the line")
        }
    }
}
