import HTTPTypes
import Schema
import Testing

@testable import Edge

/// The envelopes of the five documents, error by error.
@Suite struct DialectErrorTests {
    private static let faults = [
        FieldError(path: ["customer", "email"], code: "required", message: "The email field is required."),
        FieldError(path: ["items", "1", "quantity"], code: "out_of_range", message: "Too many."),
    ]

    private static let all: [RequestError] = [
        .unauthorized, .forbidden("No."), .addressNotAllowed, .notFound("order"), .unknownPath, .methodNotAllowed,
        .validation(faults),
        .validation([]), .rejected(code: "c", message: "m"),
        .conflict(code: "duplicate", message: "m", details: ["a": 1]), .malformedBody("m"), .unsupportedMediaType,
        .notAcceptable,
        .payloadTooLarge, .rateLimited(retryAfter: .milliseconds(1_200)), .idempotencyKeyMissing, .idempotencyMismatch,
        .idempotencyInFlight, .requestTimeout, .timeout, .unavailable, .internalError,
    ]

    private func render(_ error: RequestError, _ dialect: any Dialect) throws -> (APIResponse, JSONValue) {
        let response = dialect.render(error, requestID: "req-1")
        return (response, try JSONValue(parsing: response.body))
    }

    @Test(arguments: DialectName.allCases)
    func everyErrorIsAnEnvelopeWithAFittingStatus(_ name: DialectName) throws {
        for error in Self.all {
            let (response, document) = try render(error, Dialects.dialect(name))
            #expect((400..<600).contains(response.status.code))
            #expect((response.status.code >= 500) == [.timeout, .unavailable, .internalError].contains(error))
            #expect(response.headers[.contentType]?.contains("json") == true)
            switch name {
            case .watchTraderHub:
                guard case .object(let fields)? = document["error"] else {
                    Issue.record("no envelope")
                    return
                }
                #expect(Set(fields.keys) == ["type", "code", "message", "param", "doc_url", "request_id"])
                #expect(fields["request_id"] == "req-1")
            case .noticia:
                #expect(document["request_id"] == "req-1")
                #expect(document["code"] != nil && document["message"] != nil)
            case .healthSuite:
                #expect(document["success"] == false)
                #expect(document["message"] != nil && document["errors"] != nil)
            case .giddyUp:
                if case .object = document {
                    #expect(document["status_code"] == JSONValue.number(JSONNumber(response.status.code)))
                }
            case .retailOS:
                #expect(document["result"] == JSONValue.null)
                #expect(document["error"]?["code"] != nil && document["error"]?["details"] != nil)
                #expect(document["meta"]?["requestId"] == "req-1")
                #expect(response.headers[HTTPField.Name.known("X-Ra-Request-Id")] == "req-1")
            case .management:
                #expect(response.headers[.contentType] == "application/problem+json")
                #expect(document["status"] == JSONValue.number(JSONNumber(response.status.code)))
            }
        }
    }

    @Test func watchTraderHubNamesTheParameter() throws {
        let (response, document) = try render(.validation(Self.faults), WatchTraderHub())
        #expect(response.status == .badRequest)
        #expect(document["error"]?["param"] == "customer.email")
        #expect(document["error"]?["type"] == "invalid_request_error")
        #expect(try render(.idempotencyMismatch, WatchTraderHub()).0.status == .conflict)
        #expect(try render(.idempotencyKeyMissing, WatchTraderHub()).0.status == .badRequest)
        #expect(try render(.notFound("order"), WatchTraderHub()).1["error"]?["code"] == "order_not_found")
    }

    @Test func noticiaSpeaksAsDocumented() throws {
        let noticia = Noticia()
        let unauthorized: JSONValue = [
            "code": "AUTH_INVALID_API_KEY", "message": "The provided API key is not valid.", "request_id": "req-1",
        ]
        #expect(try render(.unauthorized, noticia).1 == unauthorized)
        let missing: JSONValue = [
            "code": "RESOURCE_NOT_FOUND", "message": "No profile matches this reference.", "request_id": "req-1",
        ]
        #expect(try render(.notFound("profile"), noticia).1 == missing)
        let limited: JSONValue = [
            "code": "RATE_LIMIT_EXCEEDED", "message": "Too many requests. Retry after a short delay.",
            "request_id": "req-1",
        ]
        #expect(try render(.rateLimited(retryAfter: .seconds(1)), noticia).1 == limited)
        let conflict = RequestError.conflict(
            code: "x", message: "This phone number already belongs to another profile.",
            details: ["conflicting_profile_id": "prof_1"])
        #expect(try render(conflict, noticia).1["details"] == ["conflicting_profile_id": "prof_1"])
        #expect(try render(.validation(Self.faults), noticia).1["code"] == "VALIDATION_ERROR")
        func message(_ error: RequestError) throws -> JSONValue? { try render(error, noticia).1["message"] }
        let phone = RequestError.invalid("phone_number", "This must be a valid E.164 number.")
        #expect(try message(phone) == "phone_number must be a valid E.164 number.")
        #expect(try message(.invalid("a", "This field is required.")) == "a is required.")
        #expect(try message(.invalid("a", "An amount cannot be negative.")) == "a: An amount cannot be negative.")
        let unmatched = RequestError.noMatch(of: "profile", for: "phone number")
        #expect(try message(unmatched) == "No profile matches the given phone number.")
    }

    @Test func healthSuiteSpeaksAsDocumented() throws {
        let (response, document) = try render(.validation(Self.faults), HealthSuite())
        #expect(response.status.code == 422)
        let expected: JSONValue = [
            "success": false, "message": "Validation error",
            "errors": ["customer.email": ["The email field is required."], "items.1.quantity": ["Too many."]],
        ]
        #expect(document == expected)
        #expect(try render(.notFound("customer"), HealthSuite()).1["message"] == "Customer not found")
        #expect(try render(.unsupportedMediaType, HealthSuite()).0.status == .badRequest)
        #expect(
            try render(.rejected(code: "c", message: "Customer is already blacklisted"), HealthSuite()).0.status.code
                == 422)
    }

    @Test func giddyUpSpeaksAsDocumented() throws {
        let notFound: JSONValue = ["detail": "Not found.", "status_code": 404]
        #expect(try render(.notFound("order"), GiddyUp()).1 == notFound)
        let nested: JSONValue = [
            "customer": ["email": ["The email field is required."]],
            "items": [[:], ["quantity": ["Too many."]]], "status_code": 400,
        ]
        #expect(try render(.validation(Self.faults), GiddyUp()).1 == nested)
        let refused = RequestError.rejected(code: "x", message: "Item 0 not found in order")
        #expect(try render(refused, GiddyUp()).1 == ["Item 0 not found in order"])
        let bare = RequestError.validation([
            .init(path: [], code: "x", message: "Missing required field: refund_reason.")
        ])
        #expect(try render(bare, GiddyUp()).1 == ["Missing required field: refund_reason."])
    }

    @Test func retailOSSpeaksAsDocumented() throws {
        let (response, document) = try render(.unauthorized, RetailOS())
        #expect(response.status == .unauthorized)
        #expect(document["error"] == ["code": "UNAUTHORIZED", "message": "Request unauthorized", "details": [:]])
    }

    @Test(arguments: DialectName.allCases)
    func waitsAreRoundedUp(_ name: DialectName) throws {
        let dialect = Dialects.dialect(name)
        #expect(
            dialect.render(.rateLimited(retryAfter: .milliseconds(1_200)), requestID: "r").headers[.retryAfter] == "2")
        #expect(dialect.render(.idempotencyInFlight, requestID: "r").headers[.retryAfter] == "1")
        #expect(dialect.render(.unavailable, requestID: "r").headers[.retryAfter] == "1")
        #expect(dialect.render(.unauthorized, requestID: "r").headers[.retryAfter] == nil)
    }

    @Test func credentials() {
        let bearer: HTTPFields = [.authorization: "bearer  abc"]
        #expect(WatchTraderHub().credential(in: bearer) == "abc")
        #expect(HealthSuite().credential(in: [.authorization: "Bearer abc"]) == "abc")
        #expect(GiddyUp().credential(in: [.authorization: "Token abc"]) == "abc")
        #expect(RetailOS().credential(in: [.authorization: "API_KEY abc"]) == "abc")
        #expect(Noticia().credential(in: [HTTPField.Name.apiKey: "abc"]) == "abc")
        for dialect in DialectName.allCases.map(Dialects.dialect) {
            for value in ["", "Bearer", "Bearer ", "Basic abc", "abc", "Token", "API_KEY"] {
                #expect(dialect.credential(in: [.authorization: value]) == nil)
            }
        }
    }
}
