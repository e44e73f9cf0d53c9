import Schema
import Testing

@testable import Orders

/// A verdict shows its coupon as it is at that moment, however often it was encoded before.
@Suite struct CouponVerdictsTests {
    private let verdicts = CouponVerdicts()
    private let start = Timestamp(microseconds: 1_780_000_000_000_000)

    private func coupon(_ name: String, uses: Int64 = 0) -> Coupon {
        var terms = CouponTerms()
        terms.code = "SAVE"
        terms.name = name
        terms.usageLimit = 2
        terms.expiresAt = start + .seconds(60)
        return Coupon(id: 7, terms: terms, totalUses: uses, createdAt: start, updatedAt: start)
    }

    private func verdict(on coupon: Coupon, at time: Timestamp, isValid: Bool = true) throws -> JSONValue {
        let body = CouponVerdictBody(isValid: isValid, discountAmount: 5, validationErrors: [])
        return try JSONValue(parsing: try verdicts.json(body, on: CouponBody(coupon, at: time)))
    }

    private func shown(_ coupon: Coupon, at time: Timestamp) throws -> JSONValue {
        try JSONValue(parsing: try JSON.encode(CouponBody(coupon, at: time)))
    }

    @Test func `verdict and coupon are one document`() throws {
        let document = try verdict(on: coupon("One"), at: start, isValid: false)
        #expect(document["success"] == true)
        #expect(document["is_valid"] == false)
        #expect(document["discount_amount"] == 5)
        #expect(document["validation_errors"] == [])
        #expect(document["coupon"] == (try shown(coupon("One"), at: start)))
    }

    @Test func `a change, a use and the passing of time show at once`() throws {
        let soon = start + .seconds(1)
        let late = start + .seconds(61)
        for (coupon, time) in [
            (coupon("One"), start), (coupon("One"), soon), (coupon("Two"), soon), (coupon("Two", uses: 2), soon),
            (coupon("Two"), late), (coupon("Two"), soon),
        ] {
            #expect(try verdict(on: coupon, at: time)["coupon"] == (try shown(coupon, at: time)))
        }
        #expect(try verdict(on: coupon("Two", uses: 2), at: soon)["coupon"]?["has_reached_usage_limit"] == true)
        #expect(try verdict(on: coupon("Two"), at: late)["coupon"]?["is_expired"] == true)
    }
}
