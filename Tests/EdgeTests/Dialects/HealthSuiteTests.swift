import HTTPTypes
import Schema
import Testing

@testable import Edge

@Suite struct HealthSuiteTests {
    private func request(_ query: String?) throws -> APIRequest {
        let route = Route(.get, "/v1/things", dialect: HealthSuite()) { _ in .noContent }
        return try APIRequest(route: route, query: query, principal: .anonymous)
    }

    private func document(_ total: Int, _ query: String?) throws -> JSONValue {
        let page = try HealthSuite.PageRequest(request(query))
        return try JSON.decode(from: JSON.encode(HealthSuite.Page(["a"], total: total, for: page)))
    }

    @Test func aPageSaysWhereItStands() throws {
        let second: JSONValue = [
            "total": 5, "per_page": 2, "current_page": 2, "last_page": 3, "from": 3, "to": 4,
        ]
        #expect(try document(5, "page=2&per_page=2") == ["success": true, "data": ["a"], "pagination": second])
        #expect(try document(5, "page=3&per_page=2")["pagination"]?["to"] == 5)
        let empty: JSONValue = [
            "total": 0, "per_page": 15, "current_page": 1, "last_page": 1, "from": .null, "to": .null,
        ]
        #expect(try document(0, nil)["pagination"] == empty)
    }

    @Test(arguments: ["per_page=16", "per_page=0", "per_page=x", "page=0", "page=99999999999"])
    func aPageOutsideTheLimitsIsRefused(_ query: String) throws {
        let request = try request(query)
        #expect(throws: RequestError.self) { try HealthSuite.PageRequest(request, maximum: 15) }
    }

    @Test(arguments: [
        ("This field is required.", "The postal code field is required."),
        ("This must be one of: a, b.", "The postal code field must be one of: a, b."),
        ("This value is too long.", "The postal code field is too long."),
        ("This campaign does not ship to this country.", "This campaign does not ship to this country."),
        ("This amount is too large.", "This amount is too large."), ("Too many.", "Too many."),
    ])
    func faultsNameTheirFields(message: String, shown: String) throws {
        let fault = FieldError(path: ["shipping", "postal_code"], code: "required", message: message)
        let response = HealthSuite().render(.validation([fault]), requestID: "r")
        let errors = try JSONValue(parsing: response.body)["errors"]
        #expect(errors == ["shipping.postal_code": [.string(shown)]])
    }

    /// "All 4xx and 5xx errors return an error message via the errors field."
    @Test func everyErrorSaysWhatIsWrongInItsErrors() throws {
        func document(_ error: RequestError) throws -> JSONValue {
            try JSONValue(parsing: HealthSuite().render(error, requestID: "r").body)
        }
        let missing: JSONValue = [
            "success": false, "message": "Order not found", "errors": ["request": ["Order not found"]],
        ]
        #expect(try document(.notFound("order")) == missing)
        let away = try document(.unavailable)
        #expect(away["error"] == away["message"])
        #expect(away["errors"] == ["request": .array([try #require(away["message"])])])
    }

    @Test(arguments: [
        (["coupon_code"], "This coupon has expired.", "This coupon has expired."),
        (["country"], "This campaign does not ship there.", "This campaign does not ship there."),
        (["price"], "This amount is too large.", "This amount is too large."),
        (["per_page"], "This must be a whole number.", "The per page field must be a whole number."),
        (["types", "1"], "This must be one of: a.", "The types.1 field must be one of: a."),
    ])
    func onlyWhatIsSaidOfAFieldNamesIt(_ path: [String], _ message: String, _ shown: String) throws {
        let fault = FieldError(path: path, code: "c", message: message)
        let errors = try JSONValue(parsing: HealthSuite().render(.validation([fault]), requestID: "r").body)["errors"]
        #expect(errors == .object([path.joined(separator: "."): [.string(shown)]]))
    }

    @Test func aSavedCardIsACard() {
        #expect(HealthSuite.paymentMethod(.onfile, hasCard: true) == "card")
        #expect(HealthSuite.paymentMethod(.onfile, hasCard: false) == "onfile")
        #expect(HealthSuite.paymentMethod(.paypalWallet, hasCard: false) == "paypal_wallet")
    }

    @Test func valuesAreWrittenAsInTheExamples() throws {
        let time = try #require(Timestamp(rfc3339: "2025-03-24T13:47:44.123Z"))
        #expect(HealthSuite.dateTime(time) == "2025-03-24 13:47:44")
        let yen = try #require(Currency("JPY"))
        let dinar = try #require(Currency("KWD"))
        #expect(try JSON.text(HealthSuite.number(Money(minorUnits: 28_998, currency: .usd))) == "289.98")
        #expect(try JSON.text(HealthSuite.number(Money(minorUnits: 500, currency: yen))) == "500")
        #expect(try JSON.text(HealthSuite.number(Money(minorUnits: 1_005, currency: dinar))) == "1.005")
    }
}
