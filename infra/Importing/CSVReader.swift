/// Reads the records of a CSV file (RFC 4180): fields in quotes may hold separators, line breaks and doubled quotes.
/// Lines may end in LF alone, as most files' do.
struct CSVReader {
    /// One record, and where it stands.
    struct Row {
        /// The line on which it begins, from 1.
        let line: Int
        /// Where the next one begins.
        let end: FilePosition
        /// The fields as they are; a failure says what is wrong with the record, which ends at its line's end.
        let fields: Result<[String], ImportFault>
    }

    /// More than any record that the API takes: a quote that is never closed must not swallow the file.
    static let maximumBytes = 1 << 20

    private static let quote = UInt8(ascii: "\"")
    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    private let separator: UInt8
    private var bytes: ByteReader
    private var line: Int

    init(path: String, from start: FilePosition, separator: UInt8) throws {
        bytes = try ByteReader(path: path, at: start.offset)
        line = start.line
        self.separator = separator
    }

    /// The next record that is not an empty line; nil at the end.
    /// - Throws: `ImportError` for a quote that is never closed.
    mutating func next() throws -> Row? {
        if bytes.offset == 0 { try skipMark() }
        while try bytes.peek() != nil {
            let start = line
            let (fields, fault) = try record()
            if fields == [[]], fault == nil { continue }
            let row = Row(
                line: start, end: FilePosition(offset: bytes.offset, line: line),
                fields: Self.texts(fields, fault, start))
            return row
        }
        return nil
    }

    /// The byte order mark that some programs write.
    private mutating func skipMark() throws {
        guard try bytes.peek() == 0xef else { return }
        for _ in 0..<3 { _ = try bytes.next() }
    }

    private mutating func record() throws -> (fields: [[UInt8]], fault: String?) {
        let start = line
        var fields: [[UInt8]] = []
        var fault: String?
        var size = 0
        while true {
            var field: [UInt8] = []
            if try bytes.peek() == Self.quote {
                try quoted(&field, &size, from: start)
                if let byte = try bytes.peek(), byte != separator, !isLineEnd(byte) {
                    fault = "Something follows the closing quote of field \(fields.count + 1)."
                }
            }
            // What follows a closing quote wrongly is read to the field's end, too.
            while let byte = try bytes.peek(), byte != separator, !isLineEnd(byte) {
                if size <= Self.maximumBytes { field.append(byte) }
                size += 1
                _ = try bytes.next()
            }
            if size > Self.maximumBytes {
                fault = "The record has more than \(Self.maximumBytes) bytes."
                field = []
                size = 0
            }
            fields.append(field)
            guard try bytes.peek() == separator else { break }
            _ = try bytes.next()
        }
        try endLine()
        return (fields, fault)
    }

    /// A field from its opening quote to its closing one.
    private mutating func quoted(_ field: inout [UInt8], _ size: inout Int, from start: Int) throws {
        _ = try bytes.next()
        while let byte = try bytes.next() {
            if byte == Self.quote {
                guard try bytes.peek() == Self.quote else { return }
                _ = try bytes.next()
            }
            if byte == Self.lineFeed { line += 1 }
            field.append(byte)
            size += 1
            if size > Self.maximumBytes { break }
        }
        throw ImportError("the quote that opens in the record on line \(start) is never closed")
    }

    private func isLineEnd(_ byte: UInt8) -> Bool { byte == Self.lineFeed || byte == Self.carriageReturn }

    /// Takes CR, LF or both.
    private mutating func endLine() throws {
        if try bytes.peek() == Self.carriageReturn { _ = try bytes.next() }
        if try bytes.peek() == Self.lineFeed { _ = try bytes.next() }
        line += 1
    }

    private static func texts(
        _ fields: [[UInt8]], _ fault: String?, _ line: Int
    ) -> Result<[String], ImportFault> {
        func failure(_ message: String) -> Result<[String], ImportFault> {
            .failure(ImportFault(line: line, code: "INVALID_CSV", message: message))
        }
        if let fault { return failure(fault) }
        var texts: [String] = []
        texts.reserveCapacity(fields.count)
        for (index, field) in fields.enumerated() {
            guard let text = String(validating: field, as: UTF8.self) else {
                return failure("Field \(index + 1) is not UTF-8.")
            }
            texts.append(text)
        }
        return .success(texts)
    }
}
