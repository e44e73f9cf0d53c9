extension Timestamp {
    /// Reads a date and time of RFC 3339.
    ///
    /// Accepted: `T`, `t` or a space between date and time; one to nine fraction digits, of which six count; `Z`, `z` or
    /// an offset `±hh:mm`, `±hhmm`, `±hh` (Postgres writes `+00`); a leap second, which counts as the second after it;
    /// a date alone, which means its midnight in UTC. Anything else gives nil.
    public init?(rfc3339 text: some StringProtocol) {
        let parsed = text.utf8.withContiguousStorageIfAvailable { Timestamp.parse($0) }
        guard let time = parsed ?? Array(text.utf8).withUnsafeBufferPointer({ Timestamp.parse($0) }) else { return nil }
        self = time
    }

    /// The time in UTC, `2024-05-28T10:00:00.123Z`: three fraction digits, or six if the time is not on a millisecond, so
    /// that nothing is lost. Times outside the years 0000 to 9999 show as the nearest representable one.
    public var rfc3339: String {
        let time = min(max(microseconds, Timestamp.earliestText), Timestamp.latestText)
        let (days, inDay) = time.flooredDivision(by: Timestamp.microsecondsPerDay)
        let date = CivilDate(daysSince1970: days)
        let fraction = inDay % 1_000_000
        let seconds = inDay / 1_000_000
        return String(unsafeUninitializedCapacity: 27) { buffer in
            var writer = DigitWriter(buffer: buffer)
            writer.write(date.year, digits: 4)
            writer.write(UInt8(ascii: "-"))
            writer.write(date.month, digits: 2)
            writer.write(UInt8(ascii: "-"))
            writer.write(date.day, digits: 2)
            writer.write(UInt8(ascii: "T"))
            writer.write(seconds / 3600, digits: 2)
            writer.write(UInt8(ascii: ":"))
            writer.write(seconds / 60 % 60, digits: 2)
            writer.write(UInt8(ascii: ":"))
            writer.write(seconds % 60, digits: 2)
            writer.write(UInt8(ascii: "."))
            if fraction % 1000 == 0 {
                writer.write(fraction / 1000, digits: 3)
            } else {
                writer.write(fraction, digits: 6)
            }
            writer.write(UInt8(ascii: "Z"))
            return writer.count
        }
    }

    private static let microsecondsPerDay: Int64 = 86_400_000_000
    private static let earliestText: Int64 = -62_167_219_200_000_000  // 0000-01-01T00:00:00Z
    private static let latestText: Int64 = 253_402_300_799_999_999  // 9999-12-31T23:59:59.999999Z

    private static func parse(_ text: UnsafeBufferPointer<UInt8>) -> Timestamp? {
        var reader = DigitReader(text: text)
        guard let year = reader.number(digits: 4), reader.skip("-"), let month = reader.number(digits: 2),
            reader.skip("-"), let day = reader.number(digits: 2),
            let date = CivilDate(year: year, month: month, day: day)
        else { return nil }
        let midnight = date.daysSince1970 * microsecondsPerDay
        if reader.isAtEnd { return Timestamp(microseconds: midnight) }

        guard reader.skip("T") || reader.skip("t") || reader.skip(" "),
            let hour = reader.number(digits: 2), hour < 24, reader.skip(":"),
            let minute = reader.number(digits: 2), minute < 60, reader.skip(":"),
            let second = reader.number(digits: 2), second <= 60
        else { return nil }
        var fraction: Int64 = 0
        if reader.skip(".") {
            guard let digits = reader.microseconds() else { return nil }
            fraction = digits
        }
        guard let offset = reader.offsetInSeconds(), reader.isAtEnd else { return nil }
        let seconds = hour * 3600 + minute * 60 + second - offset
        return Timestamp(microseconds: midnight + seconds * 1_000_000 + fraction)
    }
}

/// A day of the proleptic Gregorian calendar.
///
/// Source of both conversions: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
private struct CivilDate {
    let year, month, day: Int64

    init?(year: Int64, month: Int64, day: Int64) {
        guard (1...12).contains(month), day >= 1 else { return nil }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let days: Int64 =
            switch month {
            case 2: isLeap ? 29 : 28
            case 4, 6, 9, 11: 30
            default: 31
            }
        guard day <= days else { return nil }
        self.year = year
        self.month = month
        self.day = day
    }

    init(daysSince1970: Int64) {
        let (era, dayOfEra) = (daysSince1970 + 719_468).flooredDivision(by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        // The year starts in March here, so that the leap day is its last.
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    var daysSince1970: Int64 {
        let shiftedYear = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = shiftedYear.flooredDivision(by: 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}

extension Int64 {
    /// Quotient rounded down and the remainder, which is never negative.
    fileprivate func flooredDivision(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}

private struct DigitWriter {
    let buffer: UnsafeMutableBufferPointer<UInt8>
    private(set) var count = 0

    init(buffer: UnsafeMutableBufferPointer<UInt8>) {
        self.buffer = buffer
    }

    mutating func write(_ byte: UInt8) {
        buffer[count] = byte
        count += 1
    }

    mutating func write(_ number: Int64, digits: Int) {
        var rest = number
        for index in stride(from: count + digits - 1, through: count, by: -1) {
            buffer[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
        count += digits
    }
}

private struct DigitReader {
    let text: UnsafeBufferPointer<UInt8>
    private var position = 0

    init(text: UnsafeBufferPointer<UInt8>) {
        self.text = text
    }

    var isAtEnd: Bool { position == text.count }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard position < text.count, text[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func digit() -> Int64? {
        guard position < text.count, case let value = text[position] &- UInt8(ascii: "0"), value <= 9 else {
            return nil
        }
        position += 1
        return Int64(value)
    }

    mutating func number(digits: Int) -> Int64? {
        var number: Int64 = 0
        for _ in 0..<digits {
            guard let digit = digit() else { return nil }
            number = number * 10 + digit
        }
        return number
    }

    /// One to nine fraction digits; those after the sixth are read and cut.
    mutating func microseconds() -> Int64? {
        var number: Int64 = 0
        var count = 0
        while let digit = digit() {
            count += 1
            if count <= 6 { number = number * 10 + digit }
        }
        guard (1...9).contains(count) else { return nil }
        for _ in min(count, 6)..<6 { number *= 10 }
        return number
    }

    mutating func offsetInSeconds() -> Int64? {
        if skip("Z") || skip("z") { return 0 }
        let sign: Int64
        if skip("+") { sign = 1 } else if skip("-") { sign = -1 } else { return nil }
        guard let hours = number(digits: 2), hours < 24 else { return nil }
        if isAtEnd { return sign * hours * 3600 }
        _ = skip(":")
        guard let minutes = number(digits: 2), minutes < 60 else { return nil }
        return sign * (hours * 3600 + minutes * 60)
    }
}
