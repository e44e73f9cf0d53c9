import Edge
import Enrichment
import Schema

/// The body of `POST /v1/profiles`, and one entry of `POST /v1/profiles/bulk`. What is left out or null says nothing.
struct ProfileRequest: Decodable, Sendable {
    let externalID: String?
    let phoneNumber: String?
    let firstName: String?
    let lastName: String?
    let attributes: [String: JSONValue]?

    enum CodingKeys: String, CodingKey {
        case attributes
        case externalID = "external_id"
        case phoneNumber = "phone_number"
        case firstName = "first_name"
        case lastName = "last_name"
    }

    /// What this body says of a person.
    func report() throws(RequestError) -> CustomerReport {
        var validation = Validation()
        var report = CustomerReport(externalID: validation.externalID(externalID, "external_id"))
        report.phoneNumber = validation.phoneNumber(phoneNumber, "phone_number").map(PhoneClaim.firm)
        report.firstName = validation.optional(firstName, "first_name")
        report.lastName = validation.optional(lastName, "last_name")
        report.attributes = validation.attributes(attributes)
        try validation.check()
        return report
    }
}

/// The body of `POST /v1/profiles/bulk`: each entry is judged by itself.
struct BulkProfilesRequest: Decodable, Sendable {
    struct Entry: Decodable, Sendable {
        /// As far as it can be read.
        let externalID: String?
        let report: Result<CustomerReport, RequestError>

        /// Never throws, so that one entry at fault does not fail the others.
        init(from decoder: any Decoder) {
            externalID = try? decoder.container(keyedBy: ProfileRequest.CodingKeys.self)
                .decode(String.self, forKey: .externalID)
            do {
                report = .success(try ProfileRequest(from: decoder).report())
            } catch {
                report = .failure(RequestError(decoding: error, within: decoder))
            }
        }
    }

    let profiles: [Entry]?

    static let maximumProfiles = 256

    func entries() throws(RequestError) -> [Entry] {
        guard let profiles else { throw .invalid("profiles", code: "required", "This field is required.") }
        guard profiles.count <= Self.maximumProfiles else {
            throw .invalid(
                "profiles", code: "too_many", "This must hold at most \(Self.maximumProfiles) profiles.")
        }
        return profiles
    }
}

/// The body of `POST /v1/profiles/{profile_id}/attributes`.
struct AttributesRequest: Decodable, Sendable {
    let attributes: [String: JSONValue]?

    func values() throws(RequestError) -> [String: JSONValue] {
        var validation = Validation()
        if attributes == nil { validation.fail(["attributes"], "required", "This field is required.") }
        let values = validation.attributes(attributes)
        try validation.check()
        return values
    }
}

/// The body of the searches by phone number.
struct PhoneSearchRequest: Decodable, Sendable {
    let phoneNumber: String?

    enum CodingKeys: String, CodingKey {
        case phoneNumber = "phone_number"
    }

    func number() throws(RequestError) -> String {
        var validation = Validation()
        let number = validation.requiredPhoneNumber(phoneNumber, "phone_number")
        try validation.check()
        return number
    }
}

extension PersonReference {
    /// What a client wrote: an id that begins with `prof_` was given here, all others are the client's own.
    init(_ text: String) {
        self =
            if let id = ProfileID(text) {
                .id(id.customerID)
            } else if text.hasPrefix(ProfileID.prefix) {
                .nobody
            } else {
                .external(text)
            }
    }
}

extension ProfileID {
    fileprivate static var prefix: String { ProfileSubject.idPrefix + "_" }
}

extension Validation {
    /// A client's own id of a person. Those that look like ours would never be found again.
    mutating func externalID(_ text: String?, _ field: String) -> String {
        let text = required(text, field)
        if text.hasPrefix(ProfileID.prefix) {
            fail([field], "reserved", "This must not begin with \(ProfileID.prefix), which ids given by this API do.")
        }
        return text
    }

    mutating func phoneNumber(_ text: String?, _ field: String) -> String? {
        guard let text else { return nil }
        guard let number = E164(text) else {
            fail([field], "invalid_phone_number", "This must be a valid E.164 number.")
            return nil
        }
        return number.text
    }

    mutating func requiredPhoneNumber(_ text: String?, _ field: String) -> String {
        guard let text else {
            fail([field], "required", "This field is required.")
            return ""
        }
        return phoneNumber(text, field) ?? ""
    }

    /// New attributes: at most 100, each a text, a number or a boolean; null takes one away.
    mutating func attributes(_ values: [String: JSONValue]?) -> [String: JSONValue] {
        guard let values else { return [:] }
        if values.count > 100 {
            fail(["attributes"], "too_many", "This must hold at most 100 attributes.")
            return [:]
        }
        for (key, value) in values.sorted(by: { $0.key < $1.key }) {
            if key.allSatisfy(\.isWhitespace) || key.unicodeScalars.count > 128 {
                fail(["attributes"], "invalid_key", "This must have keys of 1 to 128 characters.")
                continue
            }
            switch value {
            case .string(let text): _ = optional(text, "attributes", key, maximum: 4_096)
            case .number: size(of: value, "attributes", key, maximum: 64)
            case .bool, .null: break
            case .array, .object:
                fail(["attributes", key], "invalid_type", "This must be a string, a number or a boolean.")
            }
        }
        return values
    }
}
