public import Schema

/// A request's query: names and values decoded, order and repetitions kept.
public struct QueryParameters: Sendable {
    private let items: [(name: String, value: String)]

    /// Reads the text after the `?`; nil means none.
    ///
    /// - Throws: ``RequestError/malformedBody(_:)`` for broken percent-encoding, invalid UTF-8 or NUL.
    public init(_ text: (some StringProtocol)?) throws(RequestError) {
        guard let text, !text.isEmpty else {
            items = []
            return
        }
        var items: [(String, String)] = []
        for pair in text.utf8.split(separator: UInt8(ascii: "&")) {
            guard items.count < FormParser.maximumFields else { throw .malformedBody("The query has too many fields.") }
            let halves = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentEncoding.decodeForm(halves[0]),
                let value = halves.count > 1 ? PercentEncoding.decodeForm(halves[1]) : ""
            else { throw .malformedBody("The query is not valid percent-encoded UTF-8.") }
            items.append((name, value))
        }
        self.items = items
    }

    /// All names with their values, as they were sent.
    public var pairs: [(name: String, value: String)] { items }

    /// The last value of `name`; an empty one counts as absent.
    public func string(_ name: String) -> String? {
        guard let value = items.last(where: { $0.name == name })?.value, !value.isEmpty else { return nil }
        return value
    }

    /// The query as bytes that are equal for equal queries; empty without one.
    var fingerprint: [UInt8] {
        items.flatMap { Array($0.name.utf8) + [0] + Array($0.value.utf8) + [0] }
    }

    /// A whole number within `range`.
    public func integer(
        _ name: String, in range: ClosedRange<Int>, default value: Int
    ) throws(RequestError) -> Int {
        guard let text = string(name) else { return value }
        guard let number = Int(text) else { throw .invalid(name, code: "invalid_type", "This must be a whole number.") }
        guard range.contains(number) else {
            let bounds = "This must be between \(range.lowerBound) and \(range.upperBound)."
            throw .invalid(name, code: "out_of_range", bounds)
        }
        return number
    }

    /// An RFC 3339 time or date.
    public func timestamp(_ name: String) throws(RequestError) -> Timestamp? {
        guard let text = string(name) else { return nil }
        // A plus sign that the client did not encode has become a space: "2026-05-01T00:00:00 02:00".
        let repaired = text.replacing(" ", with: "+")
        var validation = Validation()
        let time = validation.timestamp(Timestamp(rfc3339: repaired) == nil ? text : repaired, name)
        try validation.check()
        return time
    }

    /// `true`, `false`, `1` or `0`.
    public func boolean(_ name: String) throws(RequestError) -> Bool? {
        guard let text = string(name) else { return nil }
        guard let value = LenientScalar.boolean(text) else {
            throw .invalid(name, code: "invalid_type", "This must be true or false.")
        }
        return value
    }

    /// One of the raw values of `Choice`.
    public func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: String, of type: Choice.Type
    ) throws(RequestError) -> Choice? where Choice.RawValue == String {
        guard let text = string(name) else { return nil }
        guard let choice = Choice(rawValue: text) else {
            let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw .invalid(name, code: "invalid_choice", "This must be one of: \(known).")
        }
        return choice
    }
}
