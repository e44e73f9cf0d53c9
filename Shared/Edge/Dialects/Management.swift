public import HTTPTypes
import Schema

/// Caravan's own management API: bearer admin keys, errors as problem details (RFC 9457).
public struct Management: Dialect {
    /// The dialect has no settings.
    public init() {}

    public var name: DialectName { .management }
    public var prefixes: [String] { ["/admin/v1"] }

    public func credential(in headers: HTTPFields) -> String? {
        authorization("Bearer", in: headers)
    }

    public func render(_ error: RequestError, requestID: String) -> APIResponse {
        var document: [String: JSONValue] = [
            "type": "about:blank", "title": .string(error.status.reasonPhrase),
            "status": .number(JSONNumber(error.status.code)),
            "detail": .string(error.message), "request_id": .string(requestID),
        ]
        switch error {
        case .validation(let errors):
            document["errors"] = .array(
                errors.map { fault in
                    [
                        "pointer": .string("#" + fault.path.map { "/" + $0 }.joined()), "code": .string(fault.code),
                        "detail": .string(fault.message),
                    ]
                })
        case .addressNotAllowed:
            document["code"] = "address_not_allowed"
        case .conflict(let code, _, _), .rejected(let code, _):
            document["code"] = .string(code)
        default: break
        }
        return answer(error.status, error, contentType: "application/problem+json", .object(document))
    }
}
