import Edge
import HTTPTypes
import Schema
import Testing

@testable import Orders

@Suite struct CouponRequestTests {
    private func request(_ body: String, isForm: Bool = false) throws -> APIRequest {
        let type = isForm ? "application/x-www-form-urlencoded" : "application/json"
        let route = Route(.post, "/v1/coupons", dialect: HealthSuite()) { _ in .noContent }
        return try APIRequest(
            route: route, headers: [.contentType: type],
            principal: Principal(account: AccountID(), keyID: "k", dialects: [.healthSuite]), body: Array(body.utf8))
    }

    private func faults(_ body: String) throws -> Set<String> {
        do {
            _ = try request(body).decode(CouponRequest.self).terms()
            return []
        } catch RequestError.validation(let errors) {
            return Set(errors.map(\.dottedPath))
        }
    }

    @Test func aFormSaysTheSameAsJSON() throws {
        let json = #"""
            {"code": "A", "name": "B", "type": "percentage", "discount_amount": 25, "minimum_purchase": "100",
             "usage_limit_per_coupon": 100, "starts_at": "2025-08-21", "is_active": true, "individual_use_only": false,
             "allowed_products": [1, 2, 3], "allowed_countries": ["us", "CA"], "metadata": {"updated": true}}
            """#
        let form =
            "code=A&name=B&type=percentage&discount_amount=25&minimum_purchase=100&usage_limit_per_coupon=100"
            + "&starts_at=2025-08-21&is_active=true&individual_use_only=0&allowed_products=[1,+2,+%223%22]"
            + "&allowed_countries[]=us&allowed_countries[]=CA&metadata=%7B%22updated%22%3A+true%7D"
        let terms = try request(json).decode(CouponRequest.self).terms()
        #expect(try request(form, isForm: true).decode(CouponRequest.self).terms() == terms)
        #expect(terms.allowedProducts == [1, 2, 3])
        #expect(terms.allowedCountries == ["US", "CA"])
        #expect(terms.minimumPurchase == CouponAmount("100"))
        #expect(terms.isForFirstOrder == nil)
    }

    @Test(arguments: [
        ("2025-08-21", "2025-08-21T00:00:00Z"), ("2025-08-21T10:00:00+02:00", "2025-08-21T08:00:00Z"),
        ("2025-08-21T10:00:00", "2025-08-21T10:00:00Z"), ("2025-08-21 10:00", "2025-08-21T10:00:00Z"),
    ])
    func timesAreReadAsISO8601(_ text: String, _ instant: String) throws {
        let body = #"{"code": "A", "name": "B", "type": "percentage", "discount_amount": 1, "starts_at": "\#(text)"}"#
        let terms = try request(body).decode(CouponRequest.self).terms()
        #expect(terms.startsAt == Timestamp(rfc3339: instant))
    }

    @Test(arguments: [
        ("0.30000000000000004", "0.3"), ("12.00005", "12.0001"), ("12.00004999", "12"), ("9.99", "9.99"),
    ])
    func amountsAreRoundedToFourDecimals(_ text: String, _ amount: String) throws {
        let body = #"{"code": "A", "name": "B", "type": "fixed_amount", "discount_amount": \#(text)}"#
        #expect(try request(body).decode(CouponRequest.self).terms().discount == CouponAmount(amount))
    }

    @Test func everyFaultIsNamed() throws {
        #expect(try faults(#"{"description": "none"}"#) == ["code", "name", "type", "discount_amount"])
        let good = #""code": "A", "name": "B", "discount_amount": 101"#
        #expect(try faults("{\(good), \"type\": \"percentage\"}") == ["discount_amount"])
        #expect(try faults("{\(good), \"type\": \"other\", \"allowed_emails\": [\"x\"]}").contains("type"))
        #expect(try faults("{\(good), \"type\": \"buy_x_get_y\"}") == ["buy_product_id", "free_product_id"])
        let dates = #""starts_at": "2025-08-21", "expires_at": "2025-08-21""#
        #expect(try faults("{\(good), \"type\": \"fixed_amount\", \(dates)}") == ["expires_at"])
        #expect(
            try faults("{\(good), \"type\": \"fixed_amount\", \"allowed_products\": \"x\"}") == ["allowed_products"])
    }

    @Test func aChangeKeepsWhatItDoesNotName() throws {
        var old = CouponTerms()
        old.code = "A"
        old.name = "B"
        old.usageLimit = 5
        old.allowedProducts = [1]
        let terms = try request(#"{"name": "C", "usage_limit_per_coupon": null}"#)
            .decode(CouponRequest.self).terms(changing: old)
        #expect(terms.code == "A")
        #expect(terms.name == "C")
        #expect(terms.usageLimit == nil)
        #expect(terms.allowedProducts == [1])
    }
}
