import Edge
import FoundationEssentials
import Schema

/// The body of Upsert customer.
struct RetailCustomerRequest: Decodable, Sendable {
    private let body: [String: JSONValue]

    init(from decoder: any Decoder) throws {
        body = try decoder.singleValueContainer().decode([String: JSONValue].self)
    }

    /// The fields that only this API knows, and what they hold.
    private static let texts = [
        "title", "gender", "dob", "registeredById", "registeredAtId", "territoryId", "regionId",
    ]
    private static let flags = [
        "generalMarketing", "thirdPartyMarketing", "storeMarketing", "smsMarketing", "emailMarketing", "postMarketing",
    ]
    private static let objects = ["address", "details", "reporting"]

    /// What is to be known of the customer.
    ///
    /// - Parameter externalID: The path's; the body may repeat it.
    func customer(_ externalID: String?) throws(RequestError) -> (externalID: String, customer: RetailCustomer) {
        var validation = Validation()
        func text(_ name: String, maximum: Int = 255) -> String? {
            switch body[name] {
            case nil, .null: return nil
            case .string(let text): return validation.optional(text, name, maximum: maximum)
            default:
                validation.fail([name], "invalid_type", "This must be a string.")
                return nil
            }
        }
        var customer = RetailCustomer()
        let given = text("externalCustomerId")
        let id = validation.required(externalID ?? given, "externalCustomerId")
        if let given, given != id {
            validation.fail(["externalCustomerId"], "mismatch", "This must be the id of the path.")
        }
        customer.firstName = text("firstName")
        customer.lastName = text("lastName")
        customer.telephone = text("telephone", maximum: 64)
        customer.email = text("email", maximum: 254)
        if let email = customer.email, !email.contains("@") {
            validation.fail(["email"], "invalid_email", "This is not a mail address.")
        }
        for name in Self.texts {
            if body[name] == .null { customer.details[name] = .null }
            if let text = text(name) { customer.details[name] = .string(text) }
        }
        for name in Self.flags {
            switch body[name] {
            case nil, .null: break
            case .bool(let flag): customer.details[name] = .bool(flag)
            default: validation.fail([name], "invalid_type", "This must be true or false.")
            }
        }
        for name in Self.objects {
            guard let value = body[name], value != .null else { continue }
            guard value.isObject else {
                validation.fail([name], "invalid_type", "This must be an object.")
                continue
            }
            validation.size(of: value, name, maximum: 16 << 10)
            customer.details[name] = value
        }
        if case .string(let day) = customer.details["dob"], !Self.isDay(day) {
            validation.fail(["dob"], "invalid_date", "This must be a day as DD/MM/YYYY.")
        }
        customer.generalMarketing = customer.details["generalMarketing"]?.flag
        customer.emailMarketing = customer.details["emailMarketing"]?.flag
        try validation.check()
        return (id, customer)
    }

    private static func isDay(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.map(\.utf8.count) == [2, 2, 4] else { return false }
        return Timestamp(rfc3339: "\(parts[2])-\(parts[1])-\(parts[0])T00:00:00Z") != nil
    }
}

extension JSONValue {
    fileprivate var flag: Bool? {
        if case .bool(let flag) = self { flag } else { nil }
    }
}
