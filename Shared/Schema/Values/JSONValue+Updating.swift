extension [String: JSONValue] {
    /// These members with others that are said now, which count. null, an empty object and an empty array say that there is
    /// nothing.
    public func updated(with said: [String: JSONValue]) -> [String: JSONValue] {
        var members = self
        for (name, value) in said {
            let isNothing = value == .null || value == [:] || value == []
            members[name] = isNothing ? nil : value
        }
        return members
    }
}
