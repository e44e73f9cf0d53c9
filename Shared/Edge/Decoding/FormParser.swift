import Schema

/// Reads `application/x-www-form-urlencoded` with PHP-style brackets into a tree of strings:
/// `products[0][offer_id]=7&types[]=email` gives `{"products": {"0": {"offer_id": "7"}}, "types": {"0": "email"}}`.
///
/// An array is an object whose names are whole numbers, as in PHP; ``LenientDecoder`` reads it as either.
struct FormParser {
    /// Fields of one form, and of one query.
    static let maximumFields = 2_000
    /// Brackets behind one name.
    static let maximumDepth = 16

    private var root = Branch()

    /// - Throws: ``RequestError/malformedBody(_:)`` for broken percent-encoding, invalid UTF-8, NUL, unbalanced brackets,
    ///   too many or too deep fields, and for a name that is both a value and a branch.
    static func parse(_ body: [UInt8]) throws(RequestError) -> JSONValue {
        var parser = FormParser()
        var count = 0
        for pair in body.split(separator: UInt8(ascii: "&")) {
            count += 1
            guard count <= maximumFields else {
                throw .malformedBody("The form has more than \(maximumFields) fields.")
            }
            let halves = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentEncoding.decodeForm(halves[0]),
                let value = halves.count > 1 ? PercentEncoding.decodeForm(halves[1]) : ""
            else { throw .malformedBody("The form is not valid percent-encoded UTF-8.") }
            let path = try Self.path(of: name)
            guard parser.root.set(value, at: path[...]) else {
                throw .malformedBody("The form field \"\(path[0])\" is both a value and a group.")
            }
        }
        return parser.root.value
    }

    /// Splits `a[b][]` into `a`, `b` and the empty name, which stands for the next free index.
    private static func path(of name: String) throws(RequestError) -> [String] {
        guard let bracket = name.utf8.firstIndex(of: UInt8(ascii: "[")) else {
            guard !name.isEmpty else { throw .malformedBody("The form has a field without a name.") }
            return [name]
        }
        let parts = name[bracket...].dropFirst().split(separator: "[", omittingEmptySubsequences: false)
        guard bracket != name.startIndex, parts.allSatisfy({ $0.hasSuffix("]") && !$0.dropLast().contains("]") }) else {
            throw .malformedBody("The form has a field name with unbalanced brackets.")
        }
        guard parts.count <= maximumDepth else {
            throw .malformedBody("The form is nested more than \(maximumDepth) levels deep.")
        }
        return [String(name[..<bracket])] + parts.map { String($0.dropLast()) }
    }
}

/// A group of form fields.
private struct Branch {
    private enum Node {
        case leaf(String)
        case branch(Branch)
    }

    private var children: [String: Node] = [:]
    private var nextIndex = 0

    /// Puts `value` at `path`; the last of equal names wins. Answers false when a value stands where a group is needed.
    mutating func set(_ value: String, at path: ArraySlice<String>) -> Bool {
        guard var name = path.first else { return false }
        if name.isEmpty { name = String(nextIndex) }
        if let index = Int(name), index >= nextIndex, index < Int.max { nextIndex = index + 1 }
        let rest = path.dropFirst()
        switch (children[name], rest.isEmpty) {
        case (.branch, true), (.leaf, false):
            return false
        case (_, true):
            children[name] = .leaf(value)
            return true
        case (.branch(var branch), false):
            // Taken out while it changes, so that its storage is not copied.
            children[name] = nil
            defer { children[name] = .branch(branch) }
            return branch.set(value, at: rest)
        case (nil, false):
            var branch = Branch()
            defer { children[name] = .branch(branch) }
            return branch.set(value, at: rest)
        }
    }

    var value: JSONValue {
        .object(
            children.mapValues { node in
                switch node {
                case .leaf(let text): .string(text)
                case .branch(let branch): branch.value
                }
            })
    }
}
