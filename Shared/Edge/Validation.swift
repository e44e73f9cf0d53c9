public import Schema

/// Collects what is wrong with a request's fields, so that a client hears of all faults at once.
///
///     var validation = Validation()
///     let name = validation.text(body.name, "name", maximum: 255)
///     try validation.check()
public struct Validation: Sendable {
    public private(set) var errors: [FieldError] = []

    public init() {}

    /// Notes a fault of the field at `path` (`["line_items", "0", "quantity"]`), once. What is there and cannot be read is
    /// not missing as well.
    public mutating func fail(_ path: [String], _ code: String, _ message: String) {
        let fault = FieldError(path: path, code: code, message: message)
        if errors.contains(where: { $0 == fault || code == "required" && $0.path == path }) { return }
        errors.append(fault)
    }

    /// A required text: not blank, at most `maximum` Unicode scalars, as JSON Schema counts characters. Answers "" when it is at fault.
    public mutating func required(_ text: String?, _ path: String..., maximum: Int = 255) -> String {
        guard let text, !text.allSatisfy(\.isWhitespace) else {
            fail(path, "required", "This field is required.")
            return ""
        }
        return bounded(text, path, maximum: maximum) ?? ""
    }

    /// A text that may be absent; an empty one counts as absent.
    public mutating func optional(_ text: String?, _ path: String..., maximum: Int = 255) -> String? {
        guard let text, !text.isEmpty else { return nil }
        return bounded(text, path, maximum: maximum)
    }

    /// A required ISO 4217 currency code.
    public mutating func currency(_ text: String?, _ path: String...) -> Currency? {
        guard let text, !text.isEmpty else {
            fail(path, "required", "This field is required.")
            return nil
        }
        guard let currency = Currency(text.uppercased()) else {
            fail(path, "invalid_currency", "This is not an ISO 4217 currency code.")
            return nil
        }
        return currency
    }

    /// A required amount in the currency's major unit, zero or more; answers its minor units, or 0 at fault.
    ///
    /// - Parameter isRounded: Whether what is finer than the currency is rounded instead of refused.
    public mutating func amount(
        _ decimal: DecimalText?, in currency: Currency?, isRounded: Bool = false, _ path: String...
    ) -> Int64 {
        guard let decimal else {
            fail(path, "required", "This field is required.")
            return 0
        }
        // The currency's own fault has been noted already.
        guard let currency else { return 0 }
        do {
            let money =
                try isRounded
                ? Money(rounding: decimal.text, currency: currency) : Money(decimal: decimal.text, currency: currency)
            if money.minorUnits < 0 { fail(path, "invalid_amount", "An amount cannot be negative.") }
            return money.minorUnits
        } catch {
            fail(path, "invalid_amount", Self.message(for: error, currency))
            return 0
        }
    }

    /// A required whole number within `range`. Answers the lower bound when it is at fault.
    public mutating func integer<Number: FixedWidthInteger & Sendable>(
        _ number: Number?, in range: ClosedRange<Number>, _ path: String...
    ) -> Number {
        guard let number else {
            fail(path, "required", "This field is required.")
            return range.lowerBound
        }
        guard range.contains(number) else {
            fail(path, "out_of_range", "This must be from \(range.lowerBound) to \(range.upperBound).")
            return range.lowerBound
        }
        return number
    }

    /// An RFC 3339 time or date that every column can hold: the database's calendar has no year 0. An empty text counts
    /// as absent.
    public mutating func timestamp(_ text: String?, _ path: String...) -> Timestamp? {
        guard let text, !text.isEmpty else { return nil }
        guard let time = Timestamp(rfc3339: text), Self.times.contains(time) else {
            fail(path, "invalid_timestamp", "This is not an RFC 3339 time of the years 0001 to 9999.")
            return nil
        }
        return time
    }

    /// Reads a value by its own way of decoding, as a field of a request type would be; null says nothing.
    public mutating func value<Value: Decodable>(
        _ value: JSONValue?, _ path: String..., as type: Value.Type = Value.self
    ) -> Value? {
        guard let value, value != .null else { return nil }
        do {
            // In a list, as a fault has to have a place.
            let list = Array("[\(value.serialized())]".utf8)
            return try BodyDecoder.decode([Value].self, from: list, contentType: nil, isLenient: false).first
        } catch {
            guard case .validation(let faults) = error else {
                fail(path, "invalid", error.message)
                return nil
            }
            for fault in faults { fail(path + fault.path.dropFirst(), fault.code, fault.message) }
            return nil
        }
    }

    /// What a client attaches for itself: any object of at most 64 KiB, so that it fits wherever its record goes.
    public mutating func metadata(_ value: JSONValue?) -> JSONValue? {
        guard let value else { return nil }
        guard value.isObject else {
            fail(["metadata"], "invalid_type", "This must be an object.")
            return nil
        }
        size(of: value, "metadata", maximum: 64 << 10)
        return value
    }

    /// Checks that a value takes at most `maximum` bytes as JSON, which is how it travels in events and is stored.
    public mutating func size(of value: some Encodable, _ path: String..., maximum: Int) {
        do {
            if try JSON.encode(value).count > maximum {
                fail(path, "too_long", "This must have at most \(maximum) bytes as JSON.")
            }
        } catch {
            fail(path, "out_of_range", "A number in here has more digits than can be kept.")
        }
    }

    private static let times: ClosedRange<Timestamp> =
        // From 0001-01-01 to the last microsecond of the year 9999.
        Timestamp(microseconds: -62_135_596_800_000_000)...Timestamp(microseconds: 253_402_300_799_999_999)

    /// Throws everything that was noted, if anything was.
    public func check() throws(RequestError) {
        if !errors.isEmpty { throw .validation(errors) }
    }

    private mutating func bounded(_ text: String, _ path: [String], maximum: Int) -> String? {
        // Scalars, not what a reader sees as one character: that can be any number of bytes. Counting UTF-8 first spares
        // the slow count for nearly all texts.
        if text.utf8.count > maximum, text.unicodeScalars.count > maximum {
            fail(path, "too_long", "This must have at most \(maximum) characters.")
            return nil
        }
        return text
    }

    private static func message(for error: MoneyError, _ currency: Currency) -> String {
        switch error {
        case .notANumber: "This is not a decimal amount such as \"125.00\"."
        case .tooManyDigits: "\(currency.code) amounts have at most \(currency.minorUnitDigits) decimals."
        case .outOfRange: "This amount is too large."
        default: "This is not a valid amount."
        }
    }
}
