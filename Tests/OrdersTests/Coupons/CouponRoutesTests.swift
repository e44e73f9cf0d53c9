import Schema
import TestKit
import Testing

@testable import Orders

/// Coupons as clients of the API meet them.
@Suite struct CouponRoutesTests {
    /// Of the saved examples.
    private static let fields: Set<String> = [
        "code", "name", "description", "type", "is_active", "discount_amount", "minimum_purchase", "maximum_discount",
        "usage_limit_per_coupon", "usage_limit_per_customer", "total_uses", "starts_at", "expires_at",
        "individual_use_only", "allowed_products", "excluded_products", "allowed_categories", "excluded_categories",
        "allowed_countries", "excluded_countries", "allowed_emails", "first_time_customer_only", "is_valid",
        "is_expired", "has_reached_usage_limit", "provider", "created_at", "updated_at",
    ]

    private static let quarter =
        "code=PCT&name=Quarter&type=percentage&discount_amount=25&maximum_discount=50&minimum_purchase=100"

    @Test func whatIsFreeIsWorthItsCampaignsPrice() async throws {
        try await Sale.with { sale in
            try await sale.publishCampaign(delayHours: 0)
            let free =
                "code=FREE&name=Free&type=buy_x_get_y&discount_amount=0&buy_product_id=7&free_product_id=34"
                + "&free_quantity=2"
            let made = try await sale.send("POST /v1/coupons", body: free, isForm: true)
            #expect(made.status == 201, "\(made.body)")
            func discount(_ form: String) async throws -> JSONValue? {
                try await sale.send(
                    "POST /v1/coupons/{code}/validate", ["code": "FREE"], body: form, isForm: true
                ).body["discount_amount"]
            }
            #expect(try await discount("subtotal=300&product_ids[]=7&product_ids[]=34") == 100)
            #expect(try await discount("subtotal=80&product_ids[]=7&product_ids[]=34") == 80, "no more than the cart")
            #expect(try await discount("subtotal=300&product_ids[]=7") == 0, "the free one is not in the cart")
            #expect(try await discount("subtotal=300&product_ids[]=34") == 0)
            #expect(try await discount("subtotal=3000&currency=JPY&product_ids[]=7&product_ids[]=34") == 100)
        }
    }

    @Test func aCouponsWholeLife() async throws {
        try await Sale.with { sale in
            let made = try await sale.send("POST /v1/coupons", body: Self.quarter, isForm: true)
            #expect(made.status == 201)
            #expect(made.body["message"]?.string == "Coupon created successfully")
            let coupon = try #require(made.body["data"])
            #expect(coupon.names == Self.fields)
            #expect(coupon["discount_amount"] == "25.00")
            #expect(coupon["minimum_purchase"] == 100)
            #expect(coupon["allowed_products"] == .null)
            #expect(coupon["is_valid"] == true)
            #expect(coupon["created_at"]?.string?.utf8.count == 27)

            let taken = try await sale.send("POST /v1/coupons", body: Self.quarter, isForm: true)
            #expect(taken.status == 422)
            #expect(taken.body["errors"]?.names == ["code"])
            let one = try await sale.send("GET /v1/coupons", query: "code=pct")
            #expect(one.body["data"]?["code"] == "PCT")
            let listed = try await sale.send("GET /v1/coupons", query: "search=QUART&type=percentage&is_active=1")
            #expect(listed.body["data"]?.array?.count == 1)
            #expect(listed.body["pagination"]?["total"] == 1)
            let none = try await sale.send("GET /v1/coupons", query: "search=%25&per_page=1")
            #expect(none.body["data"]?.array?.isEmpty == true)
            #expect(try await sale.send("GET /v1/coupons", query: "per_page=101").status == 422)

            let path = ["code": "PCT"]
            // What is not given is documented as null where a coupon is made, and has its type where one is read.
            #expect(coupon["individual_use_only"] == .null)
            let read = try await sale.send("GET /v1/coupons/{code}", path).body["data"]
            #expect(read?["allowed_products"] == [] && read?["allowed_emails"] == [])
            #expect(read?["individual_use_only"] == false && read?["first_time_customer_only"] == false)
            #expect(listed.body["data"]?.array?.first?["excluded_countries"] == [])
            let changed = try await sale.send(
                "PUT /v1/coupons/{code}", path, body: #"{"code": "NEW", "discount_amount": 12.5}"#)
            #expect(changed.body["data"]?["discount_amount"] == "12.50")
            #expect(changed.body["data"]?["name"] == "Quarter")
            #expect(changed.body["data"]?["allowed_products"] == .null)
            #expect(changed.body["data"]?["individual_use_only"] == false)
            #expect(try await sale.send("GET /v1/coupons/{code}", path).status == 404)
            let new = ["code": "NEW"]
            #expect(try await sale.send("GET /v1/coupons/{code}", new).status == 200)
            #expect(try await sale.send("GET /v1/coupons/{code}", new, as: AccountID()).status == 404)
            #expect(try await sale.send("DELETE /v1/coupons/{code}", new, as: AccountID()).status == 404)
            #expect(try await sale.send("DELETE /v1/coupons/{code}", new).body.names == ["success", "message"])
            #expect(try await sale.send("GET /v1/coupons/{code}", new).status == 404)
        }
    }

    @Test func aChangeIsMadeOnceForItsKey() async throws {
        try await Sale.with { sale in
            _ = try await sale.send("POST /v1/coupons", body: Self.quarter, isForm: true)
            let path = ["code": "PCT"]
            func rename() async throws -> (status: Int, body: JSONValue) {
                try await sale.send("PUT /v1/coupons/{code}", path, body: #"{"code": "NEW"}"#, key: "c1")
            }
            let renamed = try await rename()
            #expect(renamed.status == 200)
            #expect(try await rename().body == renamed.body, "its name is another one by now")
            let new = ["code": "NEW"]
            for _ in 0..<2 { #expect(try await sale.send("DELETE /v1/coupons/{code}", new, key: "c2").status == 200) }
            #expect(try await sale.send("DELETE /v1/coupons/{code}", new, key: "c3").status == 404)
        }
    }

    @Test(arguments: [
        ("subtotal=150", true, "37.5"), ("subtotal=400", true, "50"), ("subtotal=99.99", false, "0"),
        ("subtotal=1000&currency=JPY", true, "50"), ("subtotal=100.5&product_ids=[1,+2]", true, "25.13"),
    ]) func validatingAnswersTheDiscount(cart: String, isValid: Bool, discount: String) async throws {
        try await Sale.with { sale in
            _ = try await sale.send("POST /v1/coupons", body: Self.quarter, isForm: true)
            let operation = "POST /v1/coupons/{code}/validate"
            let path = ["code": "PCT"]
            let verdict = try await sale.send(operation, path, body: cart, isForm: true)
            #expect(verdict.status == 200)
            #expect(
                verdict.body.names == ["success", "is_valid", "discount_amount", "coupon", "validation_errors"])
            #expect(verdict.body["is_valid"] == .bool(isValid))
            #expect(verdict.body["discount_amount"] == JSONNumber(discount).map { .number($0) })
            #expect(verdict.body["validation_errors"]?.array?.isEmpty == isValid)
            #expect(verdict.body["coupon"]?.names == Self.fields)
            #expect(try await sale.send(operation, path, body: #"{"country": "US"}"#).status == 422)
            #expect(try await sale.send(operation, ["code": "X"], body: cart, isForm: true).status == 404)
            #expect(try await sale.send(operation, path, body: cart, isForm: true, as: AccountID()).status == 404)
        }
    }
}
