/// One migration: `0001_create_orders.sql`, or with a prefix, which has a numbering of its own,
/// `messaging/0001_create_outbox.sql`.
public struct PostgresMigration: Sendable, Equatable {
    public let name: String
    public let sql: String
    /// SHA-256 in hexadecimal of other texts it was published with. A database that ran one of those is accepted; a
    /// later migration evens out the difference.
    public let formerChecksums: [String]

    public init(name: String, sql: String, formerChecksums: [String] = []) {
        self.name = name
        self.sql = sql
        self.formerChecksums = formerChecksums
    }

    /// - Parameter sql: UTF-8, as `.embedInCode` gives it.
    public init(name: String, sql: [UInt8], formerChecksums: [String] = []) {
        self.init(name: name, sql: String(decoding: sql, as: UTF8.self), formerChecksums: formerChecksums)
    }

    /// The migrations in the order they are applied: prefixes in the order they first appear, each by number.
    ///
    /// - Throws: ``PostgresMigrationError`` if a name isn't like `0001_lower_case.sql`, or the numbers of a prefix are
    ///   not 1, 2, 3, … each given once.
    @discardableResult
    public static func validate(
        _ migrations: [PostgresMigration]
    ) throws(PostgresMigrationError) -> [PostgresMigration] {
        var prefixes: [Substring] = []
        var numbered: [Substring: [(number: Int, migration: PostgresMigration)]] = [:]
        for migration in migrations {
            guard let (prefix, number) = migration.parsedName else { throw .malformedName(migration.name) }
            if numbered[prefix] == nil { prefixes.append(prefix) }
            numbered[prefix, default: []].append((number, migration))
        }
        var ordered: [PostgresMigration] = []
        for prefix in prefixes {
            let group = (numbered[prefix] ?? []).sorted { $0.number < $1.number }
            for (index, entry) in group.enumerated() {
                if entry.number <= index { throw .duplicateNumber(entry.migration.name) }
                if entry.number > index + 1 { throw .missingNumber(before: entry.migration.name) }
                ordered.append(entry.migration)
            }
        }
        return ordered
    }

    /// `messaging/0001_x.sql` → (`messaging/`, 1)
    private var parsedName: (prefix: Substring, number: Int)? {
        let start = name.lastIndex(of: "/").map { name.index(after: $0) } ?? name.startIndex
        let file = name[start...]
        let digits = file.prefix(4)
        let words = file.dropFirst(4)
        guard digits.count == 4, digits.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int(digits), number > 0,
            words.hasPrefix("_"), words.hasSuffix(".sql"), words.count > "_.sql".count,
            words.dropLast(4).allSatisfy({ $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "_") })
        else { return nil }
        return (name[..<start], number)
    }
}

/// Why migrations can't be applied.
public enum PostgresMigrationError: Error, Sendable, Equatable, CustomStringConvertible {
    case malformedName(String)
    case duplicateNumber(String)
    case missingNumber(before: String)
    /// The file was changed after it had been applied.
    case checksumChanged(String)

    public var description: String {
        switch self {
        case .malformedName(let name): "migration \(name) is not named like 0001_lower_case.sql"
        case .duplicateNumber(let name): "migration \(name) has the number of another"
        case .missingNumber(let name): "a migration before \(name) is missing"
        case .checksumChanged(let name): "migration \(name) was changed after it had been applied; add a new one"
        }
    }
}
