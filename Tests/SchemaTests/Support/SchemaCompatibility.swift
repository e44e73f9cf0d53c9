import Schema

/// Whether two versions of a schema are compatible in both directions: each reader can read what the other's writer
/// wrote. Readers ignore members that they do not know.
enum SchemaCompatibility {
    /// Every pair of versions that is not compatible, in words. Comparing all pairs, not only neighbours, makes it
    /// transitive: a member that was dropped may not come back with another type.
    static func violations(history: [JSONValue]) -> [String] {
        history.indices.flatMap { newer in
            history[..<newer].indices.flatMap { older in
                violations(from: history[older], to: history[newer]).map { "v\(older + 1) → v\(newer + 1): \($0)" }
            }
        }
    }

    static func violations(from older: JSONValue, to newer: JSONValue, at path: String = "$") -> [String] {
        guard case .object(let old) = older, case .object(let new) = newer else {
            return older == newer ? [] : ["\(path): changed from \(older.serialized()) to \(newer.serialized())"]
        }
        var violations: [String] = []
        for keyword in Set(old.keys).union(new.keys).sorted() where !isAnnotation(keyword) {
            switch (keyword, old[keyword], new[keyword]) {
            case ("properties", let before, let after):
                violations += propertyViolations(from: before, to: after, at: path)
            case ("required", _, _):
                violations += requiredViolations(from: old, to: new, at: path)
            case ("items", let before?, let after?), ("x-sealed", let before?, let after?):
                violations += self.violations(from: before, to: after, at: "\(path).\(keyword)")
            case ("x-extensible-enum", let before?, let after?):
                let missing = strings(before).subtracting(strings(after)).sorted()
                violations += missing.map { "\(path): no longer lists \($0)" }
            case (_, let before, let after) where before != after:
                let change = "from \(before?.serialized() ?? "nothing") to \(after?.serialized() ?? "nothing")"
                violations.append("\(path): \(keyword) changed \(change)")
            default:
                break
            }
        }
        return violations
    }

    /// Keywords that say something to people and restrict nothing.
    private static func isAnnotation(_ keyword: String) -> Bool {
        ["$schema", "$id", "$comment", "title", "description", "examples", "default", "deprecated"].contains(keyword)
    }

    private static func propertyViolations(from older: JSONValue?, to newer: JSONValue?, at path: String) -> [String] {
        let old = members(older)
        let new = members(newer)
        return old.keys.sorted().flatMap { name in
            guard let before = old[name], let after = new[name] else { return [String]() }
            return violations(from: before, to: after, at: "\(path).\(name)")
        }
    }

    /// A member may only be required in one version if the other's reader has a default for it.
    private static func requiredViolations(
        from older: [String: JSONValue], to newer: [String: JSONValue], at path: String
    ) -> [String] {
        let old = strings(older["required"])
        let new = strings(newer["required"])
        func hasDefault(_ name: String, in schema: [String: JSONValue]) -> Bool {
            schema["properties"]?[name]?["default"] != nil
        }
        let added = new.subtracting(old).filter { !hasDefault($0, in: newer) }.sorted()
        let removed = old.subtracting(new).filter { !hasDefault($0, in: older) }.sorted()
        return added.map { "\(path).\($0): became required, but older events may lack it" }
            + removed.map { "\(path).\($0): is no longer required, but older readers need it" }
    }

    private static func members(_ value: JSONValue?) -> [String: JSONValue] {
        guard case .object(let members) = value else { return [:] }
        return members
    }

    private static func strings(_ value: JSONValue?) -> Set<String> {
        guard case .array(let elements) = value else { return [] }
        return Set(
            elements.compactMap { element in
                guard case .string(let text) = element else { return nil }
                return text
            })
    }
}
