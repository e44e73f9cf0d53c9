import HTTPTypes
import Schema
import TestKit
import Testing

@testable import Edge

/// Bodies of the brand API, field by field as its saved examples have them.
@Suite struct GiddyUpTests {
    private static let orderFields: Set<String> = [
        "id", "aff_id", "customer_first_name", "customer_last_name", "shipping_address_line1", "shipping_address_line2",
        "shipping_city", "shipping_region", "shipping_country", "shipping_postal_code", "customer_phone",
        "customer_email", "status", "ordered_at", "total", "discount_total", "subtotal", "tax", "shipping_cost",
        "shipping_cost_tax", "items", "discounts", "currency", "vat_inclusive", "currency_format",
        "currency_conversions",
    ]

    private func json(_ order: OrderSnapshot, _ audience: GiddyUp.OrderBody.Audience = .brand) throws -> JSONValue {
        try JSONValue(parsing: JSON.encode(GiddyUp.OrderBody(order, buyer: nil, for: audience)))
    }

    private func fields(_ value: JSONValue?) -> Set<String> {
        if case .object(let members)? = value { Set(members.keys) } else { [] }
    }

    @Test func brandsGetEveryDocumentedField() throws {
        let order = try json(OrderPlaced.example.order)
        #expect(fields(order) == Self.orderFields.union(["returns", "refunds", "shipments"]))
        let item = try #require(order["items"]?.array?.first)
        #expect(
            fields(item) == [
                "id", "name", "sku", "quantity", "price", "subtotal", "tax", "discounts", "items", "tax_details",
            ])
        #expect(
            fields(item["items"]?.array?.first)
                == ["id", "name", "sku", "quantity", "price", "subtotal", "tax", "discounts"])
        #expect(fields(item["tax_details"]?.array?.first) == ["jurisdiction", "tax_rate", "tax"])
        #expect(fields(order["returns"]?.array?.first) == ["item_id", "child_item_id", "quantity", "reason"])
        #expect(
            fields(order["refunds"]?.array?.first)
                == ["id", "transaction_id", "amount", "shipping_amount", "status", "reason", "created_at"])
        #expect(
            fields(order["shipments"]?.array?.first)
                == ["reference_id", "status", "tracking_number", "tracking_url", "carrier_name"])
    }

    @Test func whoeverSendsTheOrderGetsNothingOfItsFate() throws {
        let order = try json(OrderPlaced.example.order, .logistics)
        #expect(fields(order) == Self.orderFields)
        let item = try #require(order["items"]?.array?.first)
        #expect(fields(item).contains("sku") && !fields(item).contains("subtotal"))
        let part = fields(item["items"]?.array?.first)
        #expect(part.contains("sku") && !part.contains("subtotal"))
    }

    /// The currency's digits, whether none, two or three.
    @Test(arguments: [("JPY", "900", "100"), ("USD", "9.00", "1.00"), ("KWD", "0.900", "0.100")])
    func amountsHaveTheDigitsOfTheCurrency(code: String, price: String, discount: String) throws {
        var order = OrderPlaced.example.order
        order.currency = try #require(Currency(code))
        order.checkout?.items = [
            SoldItem(
                id: 1, name: "Box", sku: nil, quantity: 1, unitPrice: 1_000, subtotal: 1_000, tax: 0, discount: 100)
        ]
        let item = try #require(try json(order)["items"]?.array?.first)
        #expect(item["price"] == .string(price) && item["subtotal"] == .string(price))
        #expect(item["discounts"]?.array?.first?["amount"] == .string(discount))
        #expect(item["tax_details"] == [] && item["items"] == [])
    }

    @Test func aPriceOfPiecesThatDoNotShareEvenlyIsRounded() throws {
        var order = OrderPlaced.example.order
        order.currency = .usd
        order.checkout?.items = [
            SoldItem(id: 1, name: "Box", sku: nil, quantity: 3, unitPrice: 500, subtotal: 1_500, tax: 0, discount: 100)
        ]
        let item = try #require(try json(order)["items"]?.array?.first)
        #expect(item["price"] == "4.67" && item["subtotal"] == "14.00")
    }

    @Test(arguments: [
        ("USD", "$[amount]", "."), ("CAD", "$[amount] CAD", "."), ("EUR", "€[amount]", "."), ("JPY", "¥[amount]", "."),
        ("CNY", "¥[amount] CNY", "."), ("GBP", "£[amount]", "."), ("SEK", "[amount] kr SEK", ","),
        ("BRL", "R$[amount]", ","), ("PLN", "[amount] zł", ","), ("INR", "₹[amount]", "."),
        ("KWD", "[amount] KWD", "."),
    ])
    func currenciesAreWrittenAsTheirPeopleDo(code: String, format: String, mark: String) throws {
        var order = OrderPlaced.example.order
        order.currency = try #require(Currency(code))
        let shown = try json(order)
        #expect(shown["currency_format"]?["format"] == .string(format))
        #expect(shown["currency_format"]?["decimal_mark"] == .string(mark))
        #expect(shown["currency_format"]?["thousands_separator"] != .string(mark))
        #expect(shown["currency_conversions"] == [["currency": .string(code), "rate": "1.000000000000000"]])
    }

    /// Every failure of Shipment Update has one of four types, and is a 400 unless it says when to come back.
    @Test(
        arguments: [
            (.notFound("order"), 400, "INVALID_PAYLOAD"), (.malformedBody("m"), 400, "INVALID_PAYLOAD"),
            (.validation([FieldError(path: ["status"], code: "c", message: "m")]), 400, "INVALID_PAYLOAD"),
            (.unsupportedMediaType, 400, "INVALID_PAYLOAD"), (.payloadTooLarge, 400, "INVALID_PAYLOAD"),
            (.rejected(code: "invalid_value", message: "m"), 400, "INVALID_PAYLOAD"),
            (GiddyUp.ShipmentUpdates.Failure.invalidEndpoint.error("m"), 400, "INVALID_ENDPOINT"),
            (GiddyUp.ShipmentUpdates.Failure.resourceAccessDenied.error("m"), 400, "RESOURCE_ACCESS_DENIED"),
            (.internalError, 400, "UNEXPECTED_ERROR"), (.timeout, 400, "UNEXPECTED_ERROR"),
            (.unavailable, 503, "UNEXPECTED_ERROR"), (.rateLimited(retryAfter: .seconds(2)), 429, "UNEXPECTED_ERROR"),
        ] as [(RequestError, Int, String)])
    func shipmentUpdatesFailInTheirOwnWay(error: RequestError, status: Int, type: String) throws {
        let response = GiddyUp.ShipmentUpdates().render(error, requestID: "req-1")
        let document = try JSONValue(parsing: response.body)
        #expect(response.status.code == status)
        #expect(document["Message"] == "Fail" && document["Error"]?["type"] == .string(type))
        #expect(document["Error"]?["details"]?.string?.isEmpty == false)
        #expect((response.headers[.retryAfter] != nil) == (status != 400))
    }
}
