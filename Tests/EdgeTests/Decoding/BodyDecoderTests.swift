import FoundationEssentials
import Schema
import Testing

@testable import Edge

private struct Product: Decodable, Equatable {
    var offerID: Int
    var quantity: Int?

    enum CodingKeys: String, CodingKey {
        case offerID = "offer_id"
        case quantity
    }
}

private struct Checkout: Decodable, Equatable {
    struct Customer: Decodable, Equatable { var email: String }

    var customer: Customer
    var products: [Product]
    var notify: Bool?
    var amount: Decimal?
    var metadata: JSONValue?
}

@Suite struct BodyDecoderTests {
    private func decode<T: Decodable>(
        _ type: T.Type, _ text: String, _ contentType: String? = "application/json", isLenient: Bool = false
    ) throws(RequestError) -> T {
        try BodyDecoder.decode(type, from: Array(text.utf8), contentType: contentType, isLenient: isLenient)
    }

    private static let form = "application/x-www-form-urlencoded"

    @Test func jsonAndFormGiveTheSame() throws {
        let json = """
            {"customer": {"email": "a@b.c"}, "products": [{"offer_id": 7, "quantity": 2}, {"offer_id": 8}],
             "notify": true, "amount": 19.99, "metadata": {"tags": ["x", "y"]}}
            """
        let form = """
            customer[email]=a%40b.c&products[0][offer_id]=7&products[0][quantity]=2&products[1][offer_id]=8&notify=1\
            &amount=19.99&metadata[tags][]=x&metadata[tags][]=y
            """
        let expected = Checkout(
            customer: .init(email: "a@b.c"), products: [.init(offerID: 7, quantity: 2), .init(offerID: 8)],
            notify: true, amount: Decimal(string: "19.99"), metadata: ["tags": ["x", "y"]])
        #expect(try decode(Checkout.self, json) == expected)
        #expect(try decode(Checkout.self, json, isLenient: true) == expected)
        #expect(try decode(Checkout.self, form, Self.form) == expected)
    }

    @Test func lenientJSONCoercesScalars() throws {
        let loose =
            #"{"customer":{"email":7},"products":[{"offer_id":"7","quantity":""}],"notify":"yes","amount":"1.5"}"#
        let value = try decode(Checkout.self, loose, isLenient: true)
        #expect(value.customer.email == "7")
        #expect(value.products == [Product(offerID: 7, quantity: nil)])
        #expect(value.notify == true)
        #expect(value.amount == Decimal(string: "1.5"))
        #expect(throws: RequestError.self) { try decode(Checkout.self, loose) }
    }

    @Test(arguments: [
        (#"{"customer":{},"products":[]}"#, "customer.email", "required"),
        (
            #"{"customer":{"email":"x"},"products":[{"offer_id":1},{"offer_id":"x"}]}"#, "products.1.offer_id",
            "invalid_type"
        ),
        (#"{"customer":{"email":null},"products":[]}"#, "customer.email", "required"),
        (#"{"customer":7,"products":[]}"#, "customer", "invalid_type"),
        (#"{"customer":{"email":"x"},"products":[{"offer_id":1.5}]}"#, "products.0.offer_id", "invalid_type"),
        (#"{"customer":{"email":"x"},"products":[{"offer_id":1e999}]}"#, "products.0.offer_id", "invalid_type"),
        (
            #"{"customer":{"email":"x"},"products":[{"offer_id":99999999999999999999}]}"#, "products.0.offer_id",
            "invalid_type"
        ),
    ])
    func namesTheFieldAtFault(_ json: String, _ path: String, _ code: String) {
        for isLenient in [false, true] {
            let error = #expect(throws: RequestError.self) { try decode(Checkout.self, json, isLenient: isLenient) }
            guard case .validation(let faults) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(faults.map(\.dottedPath) == [path])
            #expect(faults.map(\.code) == [code])
        }
    }

    @Test func noBodyIsAnEmptyObject() {
        #expect(
            throws: RequestError.validation([
                .init(path: ["customer"], code: "required", message: "This field is required.")
            ])
        ) {
            try decode(Checkout.self, "", nil)
        }
    }

    @Test(arguments: [
        "{", "nope", "[]", "\"x\"", "7", "null", "{\"a\":\"\\u0000\"}", "{\"a\":\"\u{0}\"}", "{\"a\":\"\\ud800\"}",
        String(repeating: "[", count: 100_000),
        String(repeating: "{\"a\":", count: 33) + "1" + String(repeating: "}", count: 33),
    ])
    func refusesWhatIsNoObject(_ text: String) {
        for isLenient in [false, true] {
            #expect {
                try decode(Checkout.self, text, isLenient: isLenient)
            } throws: { error in
                guard let error = error as? RequestError else { return false }
                if case .malformedBody = error { return true }
                // For loosely typed clients, nothing and [] are empty objects.
                if case .validation = error {
                    return isLenient && ["[]", "\"\"", "null"].contains(text) || text.hasPrefix("{")
                }
                return false
            }
        }
    }

    @Test func refusesInvalidUTF8() {
        let body: [UInt8] = Array("{\"a\":\"".utf8) + [0xc3, 0x28] + Array("\"}".utf8)
        #expect(throws: RequestError.malformedBody("The JSON is not valid UTF-8.")) { try JSONGuard.check(body) }
    }

    @Test func depthCountsContainersOnly() throws {
        let text = String(repeating: "[", count: 32) + "\"[[[[\\\"[[\"" + String(repeating: "]", count: 32)
        try JSONGuard.check(Array(text.utf8))
        try JSONGuard.check(Array("{\"a\":\"\\\\u0000\"}".utf8))
    }

    @Test(arguments: [
        ("application/json; charset=utf-8", true), ("Application/JSON", true), ("application/vnd.api+json", true),
        ("application/json;charset=\"UTF-8\"", true), ("application/json; charset=latin1", false),
        ("text/plain", false), ("multipart/form-data; boundary=x", false), ("", false),
    ])
    func contentTypes(_ type: String, _ isAccepted: Bool) {
        let decoded = try? decode([String: Int].self, "{\"a\":1}", type)
        #expect((decoded == ["a": 1]) == isAccepted)
    }

    /// A text with half of a surrogate pair is no text; least of all was a number wanted.
    @Test func halfACharacterIsNoText() {
        let fault = FieldError(path: ["name"], code: "invalid", message: "This value is not valid.")
        #expect(throws: RequestError.validation([fault])) {
            try decode([String: JSONValue].self, #"{"name": "\ud800"}"#)
        }
    }

    private struct Window: NamingItsFields, Equatable {
        struct Limits: NamingItsFields, Equatable {
            var upper: Int?

            enum CodingKeys: CodingKey { case upper }
        }

        var since: String?
        var limits: Limits?

        enum CodingKeys: CodingKey { case since, limits }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            since = try container.decodeIfPresent(String.self, forKey: .since)
            limits = try container.decodeIfPresent(Exactly<Limits>.self, forKey: .limits)?.body
        }
    }

    @Test(arguments: [("application/json", false), ("application/json", true), (form, false)])
    func whatMeansNothingIsRefused(_ type: String, isLenient: Bool) throws {
        func window(_ json: String, _ form: String) throws -> Window {
            try decode(Exactly<Window>.self, type == Self.form ? form : json, type, isLenient: isLenient).body
        }
        let read = try window(#"{"since": "x", "limits": {"upper": 1}}"#, "since=x&limits[upper]=1")
        #expect(read.since == "x" && read.limits?.upper == 1)
        let errors = ["sinc", "til"].map {
            FieldError(path: [$0], code: "unknown_field", message: "There is no such field.")
        }
        #expect(throws: RequestError.validation(errors)) {
            try window(#"{"til": 1, "sinc": 2, "since": "x"}"#, "til=1&sinc=2&since=x")
        }
        let inner = FieldError(path: ["limits", "uper"], code: "unknown_field", message: "There is no such field.")
        #expect(throws: RequestError.validation([inner])) {
            try window(#"{"limits": {"uper": 1}}"#, "limits[uper]=1")
        }
        #expect(throws: RequestError.self) { try decode(Exactly<Window>.self, "[1]") }
    }
}
