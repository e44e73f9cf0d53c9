import Schema

/// A CSV file whose first line names the columns by their place in the API's body: `external_id`, `attributes.tier`,
/// `line_items.0.quantity`. An empty field counts as left out.
struct CSVSource: RecordSource {
    private let columns: [CSVColumn]
    private var rows: CSVReader

    /// - Parameter start: Where to go on; nil begins after the header.
    /// - Throws: `ImportError` for a header that cannot be understood.
    init(path: String, kind: ImportKind, from start: FilePosition?, separator: UInt8) throws {
        var reader = try CSVReader(path: path, from: FilePosition(offset: 0, line: 1), separator: separator)
        guard let header = try reader.next() else { throw ImportError("\(path) is empty") }
        columns = try Self.columns(of: header, kind)
        rows = if let start { try CSVReader(path: path, from: start, separator: separator) } else { reader }
    }

    mutating func next() throws -> ImportRecord? {
        guard let row = try rows.next() else { return nil }
        let columns = columns
        let content = row.fields.flatMap { fields -> Result<JSONValue, ImportFault> in
            guard fields.count == columns.count else {
                let message = "The header has \(columns.count) fields, this line has \(fields.count)."
                return .failure(ImportFault(line: row.line, code: "INVALID_CSV", message: message))
            }
            return .success(Self.object(of: fields, columns))
        }
        return ImportRecord(line: row.line, end: row.end, content: content)
    }

    private static func columns(of header: CSVReader.Row, _ kind: ImportKind) throws -> [CSVColumn] {
        let names: [String]
        switch header.fields {
        case .success(let fields): names = fields
        case .failure(let fault): throw ImportError("line \(fault.line): \(fault.message)")
        }
        var seen: Set<String> = []
        return try names.map { name in
            guard let column = CSVColumn(name, of: kind) else {
                throw ImportError(
                    "no column of \(kind.rawValue) is called \"\(name)\"; there are \(kind.columns.joined(separator: ", "))"
                )
            }
            guard seen.insert(column.name).inserted else { throw ImportError("two columns are called \"\(name)\"") }
            return column
        }
    }

    private static func object(of fields: [String], _ columns: [CSVColumn]) -> JSONValue {
        var root = CSVNode()
        for (column, field) in zip(columns, fields) where !field.isEmpty {
            root.insert(column.value(of: field), at: column.path[...])
        }
        return root.json
    }
}

/// A column: where its values go, and of what type they are.
struct CSVColumn {
    let name: String
    let path: [String]
    private let isNumber: Bool

    /// Nil for a name that the kind does not have.
    init?(_ header: String, of kind: ImportKind) {
        let name = String(header.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
        let path = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard !path.contains(""), kind.columns.contains(where: { Self.matches(path, $0) }), let last = path.last else {
            return nil
        }
        self.name = name
        self.path = path
        // Attributes, metadata and properties stay texts: a customer's number may begin with zeros.
        let isFree = kind.columns.contains { $0.hasSuffix(".*") && Self.matches(path, $0) }
        isNumber = !isFree && (last.hasSuffix("_cents") || last == "quantity" || last.hasPrefix("points_"))
    }

    /// A number where the API wants one and this is one; what else it is, the API will say.
    func value(of field: String) -> JSONValue {
        if isNumber, let number = JSONNumber(field) { .number(number) } else { .string(field) }
    }

    private static func matches(_ path: [String], _ pattern: String) -> Bool {
        let parts = pattern.split(separator: ".")
        // A name of the client's own may have dots.
        let isOpen = parts.last == "*"
        guard isOpen ? path.count >= parts.count : path.count == parts.count else { return false }
        return zip(path, parts).allSatisfy { name, part in
            switch part {
            case "*": true
            case "#": name.count <= 4 && name.allSatisfy { ("0"..."9").contains($0) }
            default: name == part
            }
        }
    }
}

/// An object, an array or a value in the making.
private struct CSVNode {
    private var value: JSONValue?
    private var members: [String: CSVNode] = [:]

    mutating func insert(_ value: JSONValue, at path: ArraySlice<String>) {
        guard let name = path.first else {
            self.value = value
            return
        }
        // What is free may have dots in its name.
        if CSVNode.freeObjects.contains(name), path.count > 2 {
            let rest = path.dropFirst().joined(separator: ".")
            members[name, default: CSVNode()].insert(value, at: [rest])
        } else {
            members[name, default: CSVNode()].insert(value, at: path.dropFirst())
        }
    }

    var json: JSONValue {
        if let value { return value }
        var object: [String: JSONValue] = [:]
        for (name, node) in members {
            object[name] = CSVNode.arrays.contains(name) ? node.array : node.json
        }
        return .object(object)
    }

    /// The members by their numbers; numbers that a row leaves out take no place.
    private var array: JSONValue {
        .array(members.sorted { (Int($0.key) ?? 0) < (Int($1.key) ?? 0) }.map(\.value.json))
    }

    private static let arrays: Set = ["line_items", "payments"]
    private static let freeObjects: Set = ["attributes", "metadata", "properties"]
}
