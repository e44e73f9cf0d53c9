import Configuration

/// Reads keys of the table from the environment and collects what is wrong, so that one start names every mistake.
struct ConfigurationReader {
    private(set) var problems: [String] = []
    private let reader: ConfigReader

    init(environment: [String: String]) {
        reader = ConfigReader(
            provider: EnvironmentVariablesProvider(
                environmentVariables: environment, secretsSpecifier: .specific(ConfigurationTable.secretNames)))
    }

    /// The variable's text, or its default when it is absent or empty.
    mutating func text(_ key: ConfigurationKey) -> String {
        // swift-configuration spells the key `["caravan", "http", "port"]` as CARAVAN_HTTP_PORT.
        let components = key.name.split(separator: "_").map { $0.lowercased() }
        if let text = reader.string(forKey: ConfigKey(components), isSecret: key.isSecret), !text.isEmpty {
            return text
        }
        if key.isRequired { problems.append("\(key.name) is missing") }
        return key.defaultValue ?? ""
    }

    /// The parsed value, or `placeholder` after noting the problem.
    ///
    /// - Parameters:
    ///   - expectation: What the value must be, for the sentence "… must be \(expectation)".
    ///   - parse: Gives `nil` for a value that is none.
    mutating func value<Value>(
        _ key: ConfigurationKey, or placeholder: Value, _ expectation: String, parse: (String) -> Value?
    ) -> Value {
        let before = problems.count
        let text = text(key)
        // A missing variable has been noted already.
        guard problems.count == before else { return placeholder }
        if let value = parse(text) { return value }
        problems.append("\(key.name) must be \(expectation)" + (key.isSecret ? "" : ", but is \"\(text)\""))
        return placeholder
    }

    /// A whole number within bounds.
    mutating func integer(_ key: ConfigurationKey, in range: ClosedRange<Int>) -> Int {
        value(key, or: range.lowerBound, "a whole number from \(range.lowerBound) to \(range.upperBound)") { text in
            Int(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    /// `true` or `false`.
    mutating func boolean(_ key: ConfigurationKey) -> Bool {
        value(key, or: false, "true or false") { Bool($0) }
    }

    /// The address of something on the web, without a slash at the end.
    mutating func address(_ key: ConfigurationKey) -> String {
        value(key, or: "", "an address such as https://shop.example, without a slash at the end") { text in
            let isWeb = text.hasPrefix("https://") || text.hasPrefix("http://")
            return isWeb && !text.hasSuffix("/") ? text : nil
        }
    }

    /// `a=b,c=d`; a comma within a value is written `\,`.
    mutating func properties(_ key: ConfigurationKey) -> [String: String] {
        value(key, or: [:], "a list such as name=value,name=value") { text in
            var properties: [String: String] = [:]
            for pair in Self.split(text) {
                guard let equals = pair.firstIndex(of: "="), equals != pair.startIndex else { return nil }
                properties[String(pair[..<equals])] = String(pair[pair.index(after: equals)...])
            }
            return properties
        }
    }

    /// `a=x,b=y`, where only some values are known.
    mutating func choices<Choice: RawRepresentable<String> & CaseIterable>(
        _ key: ConfigurationKey
    ) -> [String: Choice] {
        let names = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        let properties = properties(key)
        let choices = properties.compactMapValues { Choice(rawValue: $0) }
        if choices.count < properties.count { problems.append("\(key.name) must only have the values \(names)") }
        return choices
    }

    /// `500ms,5s,2m,1h`, one or more.
    mutating func durations(_ key: ConfigurationKey) -> [Duration] {
        value(key, or: [], "a list of durations such as 5s,2m,1h") { text in
            let durations = text.split(separator: ",").map(Self.duration)
            return durations.isEmpty || durations.contains(nil) ? nil : durations.compactMap { $0 }
        }
    }

    private static func duration(_ text: Substring) -> Duration? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let count = Int64(digits), count <= 10_000_000 else { return nil }
        return switch text[digits.endIndex...] {
        case "ms": .milliseconds(count)
        case "s": .seconds(count)
        case "m": .seconds(count * 60)
        case "h": .seconds(count * 3600)
        default: nil
        }
    }

    private static func split(_ text: String) -> [String] {
        var parts: [String] = []
        var part = ""
        var isEscaped = false
        for character in text {
            switch character {
            case "," where !isEscaped:
                parts.append(part)
                part = ""
            case "\\" where !isEscaped:
                isEscaped = true
                continue
            case ",":
                part.append(",")
            default:
                // A backslash stands for itself before anything but a comma.
                if isEscaped { part.append("\\") }
                part.append(character)
            }
            isEscaped = false
        }
        if isEscaped { part.append("\\") }
        parts.append(part)
        return parts.filter { !$0.isEmpty }
    }
}
