import FoundationEssentials
import Schema
import Testing

@Suite struct TimestampTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0, "1970-01-01T00:00:00.000Z"),
        ("2024-05-28T10:00:00.123Z", 1_716_890_400_123_000, "2024-05-28T10:00:00.123Z"),
        ("2024-05-28t10:00:00.123z", 1_716_890_400_123_000, "2024-05-28T10:00:00.123Z"),
        ("2024-05-28T12:00:00.123+02:00", 1_716_890_400_123_000, "2024-05-28T10:00:00.123Z"),
        ("2024-05-28T04:30:00.123-05:30", 1_716_890_400_123_000, "2024-05-28T10:00:00.123Z"),
        ("2024-05-28T12:00:00.123+0200", 1_716_890_400_123_000, "2024-05-28T10:00:00.123Z"),
        ("2024-05-28 10:00:00.123456+00", 1_716_890_400_123_456, "2024-05-28T10:00:00.123456Z"),
        ("2024-05-28T10:00:00.1Z", 1_716_890_400_100_000, "2024-05-28T10:00:00.100Z"),
        ("2024-05-28T10:00:00.123456789Z", 1_716_890_400_123_456, "2024-05-28T10:00:00.123456Z"),
        ("2024-05-28", 1_716_854_400_000_000, "2024-05-28T00:00:00.000Z"),
        ("2024-02-29T23:59:59.999Z", 1_709_251_199_999_000, "2024-02-29T23:59:59.999Z"),
        ("2000-02-29T00:00:00Z", 951_782_400_000_000, "2000-02-29T00:00:00.000Z"),
        ("1969-12-31T23:59:59.999999Z", -1, "1969-12-31T23:59:59.999999Z"),
        ("2016-12-31T23:59:60Z", 1_483_228_800_000_000, "2017-01-01T00:00:00.000Z"),
        ("0000-01-01T00:00:00Z", -62_167_219_200_000_000, "0000-01-01T00:00:00.000Z"),
        ("9999-12-31T23:59:59.999999Z", 253_402_300_799_999_999, "9999-12-31T23:59:59.999999Z"),
    ])
    func readsAndWrites(text: String, microseconds: Int64, canonical: String) throws {
        let time = try #require(Timestamp(rfc3339: text))
        #expect(time.microseconds == microseconds)
        #expect(time.rfc3339 == canonical)
        #expect(Timestamp(rfc3339: canonical) == time)
    }

    @Test(arguments: [
        "", "2024", "2024-05", "2024-5-28", "2024-05-28T", "2024-05-28T10:00Z", "2024-05-28T10:00:00", "20240528",
        "2024-05-28T10:00:00.Z", "2024-05-28T10:00:00.1234567890Z", "2024-05-28T10:00:00,5Z", "2024-05-28T24:00:00Z",
        "2024-05-28T10:60:00Z", "2024-05-28T10:00:61Z", "2024-13-01", "2024-00-01", "2024-04-31", "2023-02-29",
        "1900-02-29", "2024-05-00", "2024-05-28T10:00:00+24:00", "2024-05-28T10:00:00+01:60",
        "2024-05-28T10:00:00+1:00",
        "2024-05-28T10:00:00+01:0", "2024-05-28T10:00:00ZZ", " 2024-05-28", "2024-05-28 ", "-024-05-28", "２024-05-28",
        "infinity",
    ])
    func rejectsOtherTexts(text: String) {
        #expect(Timestamp(rfc3339: text) == nil)
    }

    /// Foundation's calendar is the reference, on days spread from 1583 (before, it counts in the Julian one) to 9892.
    @Test func agreesWithFoundation() {
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        var seconds: Int64 = -12_212_553_600
        while seconds < 250_000_000_000 {
            let expected = Date(timeIntervalSince1970: Double(seconds)).formatted(style)
            #expect(Timestamp(microseconds: seconds * 1_000_000).rfc3339 == expected)
            #expect(Timestamp(rfc3339: expected)?.microseconds == seconds * 1_000_000)
            seconds += 99_999_989
        }
    }

    @Test func readsAnyStringProtocol() {
        #expect(Timestamp(rfc3339: "at 2024-05-28".dropFirst(3)) == Timestamp(rfc3339: "2024-05-28"))
    }

    @Test func isWholeMillisecondsNow() {
        #expect(Timestamp.now().microseconds % 1000 == 0)
        #expect(Timestamp.now().rfc3339.utf8.count == 24)
    }

    @Test func addsDurations() {
        let time = Timestamp(microseconds: 1_000_000)
        #expect(time + .milliseconds(1500) == Timestamp(microseconds: 2_500_000))
        #expect(time - .seconds(2) == Timestamp(microseconds: -1_000_000))
        #expect(time - Timestamp(microseconds: 250_000) == .milliseconds(750))
        #expect(time < time + .microseconds(1))
    }

    @Test func stopsAtTheEndsOfItsRange() {
        let last = Timestamp(microseconds: .max)
        let first = Timestamp(microseconds: .min)
        #expect(last + .seconds(1) == last)
        #expect(first - .seconds(1) == first)
        #expect(first + .seconds(-1) == first)
        #expect(last - .seconds(-1) == last)
        #expect(Timestamp(microseconds: 1) + .seconds(Int64.max) == last)
        #expect(last.rfc3339 == "9999-12-31T23:59:59.999999Z")
        #expect(first.rfc3339 == "0000-01-01T00:00:00.000Z")
    }

    @Test func isCodedAsText() throws {
        let time = Timestamp(microseconds: 1_716_890_400_123_456)
        #expect(String(decoding: try JSON.encode([time]), as: UTF8.self) == #"["2024-05-28T10:00:00.123456Z"]"#)
        #expect(try JSON.decode([Timestamp].self, from: try JSON.encode([time])) == [time])
        #expect(throws: DecodingError.self) { try JSON.decode([Timestamp].self, from: Array(#"["today"]"#.utf8)) }
    }
}
