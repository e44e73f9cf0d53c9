import Schema
import Testing

@Suite struct MoneyTests {
    private static func currency(_ code: String) throws -> Currency { try #require(Currency(code)) }

    @Test(arguments: [
        ("1000.00", "EUR", 100_000, "1000.00"), ("1000", "EUR", 100_000, "1000.00"), ("0.5", "EUR", 50, "0.50"),
        ("-0.05", "USD", -5, "-0.05"), ("-0", "USD", 0, "0.00"), ("007.10", "EUR", 710, "7.10"),
        ("1000", "JPY", 1000, "1000"), ("1.234", "KWD", 1234, "1.234"), ("1.2345", "CLF", 12345, "1.2345"),
        ("0.1", "EUR", 10, "0.10"), ("92233720368547758.07", "EUR", Int64.max, "92233720368547758.07"),
        ("-92233720368547758.08", "EUR", Int64.min, "-92233720368547758.08"),
        ("000000000000000000000000000000000001", "EUR", 100, "1.00"),
    ])
    func readsExactly(text: String, code: String, minorUnits: Int64, decimal: String) throws {
        let money = try Money(decimal: text, currency: try Self.currency(code))
        #expect(money.minorUnits == minorUnits)
        #expect(money.decimalString == decimal)
        #expect(try Money(decimal: decimal, currency: money.currency) == money)
    }

    @Test(arguments: [
        "", "-", ".", "5.", ".5", "+5", "1,000.00", "1 000", " 1", "1 ", "1e3", "0x10", "1.2.3", "--1", "1-", "-.5",
        "NaN", "１０", "1.0\n", "€5", "1._",
    ])
    func rejectsWhatIsNoNumber(text: String) {
        #expect(throws: MoneyError.notANumber) { try Money(decimal: text, currency: .eur) }
    }

    @Test(arguments: [("1.001", "EUR"), ("1.000", "EUR"), ("1.0", "JPY"), ("1.2345", "KWD"), ("1.23456", "UYW")])
    func rejectsTooManyDigits(text: String, code: String) throws {
        let currency = try Self.currency(code)
        #expect(throws: MoneyError.tooManyDigits) { try Money(decimal: text, currency: currency) }
    }

    @Test(
        arguments: [
            ("89.97000000000001", "EUR", 8_997), ("89.96999999999999", "EUR", 8_997), ("0.005", "EUR", 1),
            ("-0.005", "EUR", -1), ("0.0049", "EUR", 0), ("0.995", "EUR", 100), ("12.5", "EUR", 1_250),
            ("1000.00", "JPY", 1_000), ("1000.5", "JPY", 1_001), ("-1.5", "JPY", -2), ("1.0005", "KWD", 1_001),
        ] as [(String, String, Int64)])
    func roundsWhatIsFinerThanTheCurrency(text: String, code: String, minorUnits: Int64) throws {
        #expect(try Money(rounding: text, currency: try Self.currency(code)).minorUnits == minorUnits)
    }

    @Test(arguments: ["", "1.005x", "1.00-5", ".005", "1.2.345", "1.", "1e3", "0.0.05"])
    func roundsNothingThatIsNoNumber(text: String) {
        #expect(throws: MoneyError.notANumber) { try Money(rounding: text, currency: .eur) }
        #expect(throws: MoneyError.notANumber) { try Money(rounding: text, currency: try Self.currency("JPY")) }
    }

    @Test func roundingOverflowsLikeReading() {
        #expect(throws: MoneyError.outOfRange) { try Money(rounding: "92233720368547758.075", currency: .eur) }
    }

    @Test(arguments: [
        "92233720368547758.08", "-92233720368547758.09", "184467440737095516.16", "99999999999999999999999999999999",
        "18446744073709551616",
    ])
    func rejectsWhatDoesNotFit(text: String) {
        #expect(throws: MoneyError.outOfRange) { try Money(decimal: text, currency: .eur) }
    }

    @Test(arguments: [
        (100_000, "EUR", "€1,000.00"), (-5, "USD", "-$0.05"), (123_456_789, "GBP", "£1,234,567.89"),
        (999, "JPY", "¥999"), (1_000_000, "JPY", "¥1,000,000"), (100_000, "CHF", "CHF\u{A0}1,000.00"),
        (1_234_567, "KWD", "KWD\u{A0}1,234.567"), (100, "CAD", "CA$1.00"), (5000, "XOF", "F\u{202F}CFA\u{A0}5,000"),
        (Int64.min, "EUR", "-€92,233,720,368,547,758.08"), (0, "EUR", "€0.00"),
    ])
    func formatsForPeople(minorUnits: Int64, code: String, text: String) throws {
        #expect(Money(minorUnits: minorUnits, currency: try Self.currency(code)).formatted == text)
    }

    @Test func computesExactly() throws {
        let price = Money(minorUnits: 1999, currency: .eur)
        #expect(try price * 3 == Money(minorUnits: 5997, currency: .eur))
        #expect(try price + price == Money(minorUnits: 3998, currency: .eur))
        #expect(try price - (price * 2) == Money(minorUnits: -1999, currency: .eur))
    }

    @Test func throwsInsteadOfOverflowing() {
        let most = Money(minorUnits: .max, currency: .eur)
        let least = Money(minorUnits: .min, currency: .eur)
        let cent = Money(minorUnits: 1, currency: .eur)
        #expect(throws: MoneyError.outOfRange) { try most + cent }
        #expect(throws: MoneyError.outOfRange) { try least - cent }
        #expect(throws: MoneyError.outOfRange) { try most * 2 }
        #expect(throws: MoneyError.outOfRange) { try least * -1 }
        #expect(throws: MoneyError.currencyMismatch) { try cent + Money(minorUnits: 1, currency: .usd) }
        #expect(throws: MoneyError.currencyMismatch) { try cent - Money(minorUnits: 1, currency: .usd) }
    }

    @Test func isCodedWithItsCurrency() throws {
        let money = Money(minorUnits: 1999, currency: .eur)
        let bytes = try JSON.encode(money)
        #expect(String(decoding: bytes, as: UTF8.self) == #"{"amount":1999,"currency":"EUR"}"#)
        #expect(try JSON.decode(Money.self, from: bytes) == money)
        for wrong in [#"{"amount":19.5,"currency":"EUR"}"#, #"{"amount":1999,"currency":"EURO"}"#] {
            #expect(throws: DecodingError.self) { try JSON.decode(Money.self, from: Array(wrong.utf8)) }
        }
    }
}

@Suite struct CurrencyTests {
    @Test(arguments: [("EUR", 2), ("JPY", 0), ("BHD", 3), ("CLF", 4), ("UYW", 4), ("UYI", 0), ("ISK", 0), ("XCG", 2)])
    func knowsTheMinorUnits(code: String, digits: Int) throws {
        #expect(try #require(Currency(code)).minorUnitDigits == digits)
    }

    @Test(arguments: ["", "eur", "EURO", "XXX", "XAU", "DEM", "ZZZ", "HRK"])
    func rejectsOthers(code: String) {
        #expect(Currency(code) == nil)
    }

    @Test func isOneValuePerCode() {
        #expect(Currency("EUR") == .eur)
        #expect(Currency("USD") == .usd)
        #expect(Currency.all.count == Set(Currency.all.map(\.code)).count)
        // Each code has one entry in the table: a repeated one would hide a wrong count of digits.
        #expect(Currency.all.count == 166)
        #expect(Currency.all.allSatisfy { $0.code.utf8.count == 3 && $0.code == $0.code.uppercased() })
    }
}
