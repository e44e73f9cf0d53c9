import Schema
import Testing

@testable import Orders

@Suite struct CardTests {
    @Test(arguments: [
        ("4111111111111111", CardBrand.visa), ("4000 0000 0000 0002", .visa), ("5555-5555-5555-4444", .mastercard),
        ("2223003122003222", .mastercard), ("378282246310005", .amex), ("6011111111111117", .discover),
        ("3056930009020004", .diners), ("36227206271667", .diners), ("3566002020360505", .jcb),
        ("6200000000000005", .unionpay),
    ])
    func numbersAreRecognised(_ text: String, _ brand: CardBrand) throws {
        let number = try #require(CardNumber(text))
        #expect(number.brand == brand)
        #expect(number.lastFour == String(text.suffix(4)))
        #expect(!"\(number)".contains(number.firstSix))
    }

    @Test(arguments: [
        "", "4111111111111112", "411111111111111", "4111111111111111x", "0000000000000000", "９111111111111111",
        "41111111111111111111111",
    ])
    func whatIsNoNumberIsRefused(_ text: String) {
        #expect(CardNumber(text) == nil)
    }

    @Test(arguments: ["12/35", "1235", "12/2035", "122035"])
    func everyFormOfExpiryIsRead(_ text: String) throws {
        let expiry = try #require(CardExpiry(text))
        #expect(expiry.month == 12 && expiry.year == 2035)
    }

    @Test(arguments: ["", "13/35", "00/35", "12/3", "12/203", "1/2/35", "ab/35", "12/20355"])
    func otherFormsAreRefused(_ text: String) {
        #expect(CardExpiry(text) == nil)
    }

    @Test func aCardIsGoodUntilItsMonthIsOverEverywhere() throws {
        let expiry = try #require(CardExpiry(month: "03", year: "25"))
        #expect(expiry.isValid(at: try #require(Timestamp(rfc3339: "2025-03-31T23:59:59Z"))))
        #expect(expiry.isValid(at: try #require(Timestamp(rfc3339: "2025-04-01T11:00:00Z"))))
        #expect(!expiry.isValid(at: try #require(Timestamp(rfc3339: "2025-04-01T13:00:00Z"))))
    }
}
