import Edge
import Schema

/// A person as the CRM API shows them (`noticia.md`, "Profiles").
struct ProfileBody: Encodable, Sendable {
    let id: ProfileID
    @Nullable var externalID: String?
    @Nullable var phoneNumber: String?
    @Nullable var firstName: String?
    @Nullable var lastName: String?
    let createdAt: Timestamp
    let updatedAt: Timestamp

    init(_ person: Person) {
        id = person.id.profileID
        externalID = person.givenExternalID
        phoneNumber = person.details.phoneNumber
        firstName = person.details.firstName
        lastName = person.details.lastName
        createdAt = person.createdAt
        updatedAt = person.updatedAt
    }

    enum CodingKeys: String, CodingKey {
        case id
        case externalID = "external_id"
        case phoneNumber = "phone_number"
        case firstName = "first_name"
        case lastName = "last_name"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
    }
}

/// All attributes of a person, by name: `{"data": [{key, value, source, updated_at}]}`.
struct AttributesBody: Encodable, Sendable {
    struct Entry: Encodable, Sendable {
        let key: String
        let value: JSONValue
        let source: String
        let updatedAt: Timestamp

        enum CodingKeys: String, CodingKey {
            case key, value, source
            case updatedAt = "updated_at"
        }
    }

    let data: [Entry]

    init(_ person: Person) {
        data = person.attributes.sorted { $0.key < $1.key }.map { key, attribute in
            Entry(key: key, value: attribute.value, source: attribute.source, updatedAt: attribute.updatedAt)
        }
    }
}

/// What became of each profile of a bulk call.
struct BulkProfilesBody: Encodable, Sendable {
    struct Result: Encodable, Sendable {
        @Nullable var externalID: String?
        let status: Status
        @Nullable var profileID: ProfileID?
        @Nullable var error: Fault?

        enum CodingKeys: String, CodingKey {
            case status, error
            case externalID = "external_id"
            case profileID = "profile_id"
        }
    }

    enum Status: String, Encodable, Sendable {
        case created, updated, failed
    }

    struct Fault: Encodable, Sendable {
        let code: String
        let message: String
        let details: JSONValue?
    }

    struct Summary: Encodable, Sendable {
        let total, succeeded, failed: Int
    }

    let results: [Result]
    let summary: Summary

    init(_ results: [Result]) {
        self.results = results
        let failed = results.count { $0.status == .failed }
        summary = Summary(total: results.count, succeeded: results.count - failed, failed: failed)
    }
}

extension BulkProfilesBody.Result {
    init(_ outcome: People.Upserted) {
        self.init(
            externalID: outcome.person.givenExternalID, status: outcome.isMatched ? .updated : .created,
            profileID: outcome.person.id.profileID, error: nil)
    }

    init(_ collision: PhoneCollision, externalID: String) {
        let error = BulkProfilesBody.Fault(
            code: "RESOURCE_CONFLICT",
            message: "The phone_number is already used by another profile in this organization.",
            details: .object(collision.details))
        self.init(externalID: externalID, status: .failed, profileID: nil, error: error)
    }

    init(_ error: RequestError, externalID: String?) {
        let fault = BulkProfilesBody.Fault(
            code: Noticia.code(of: error), message: Noticia.message(of: error), details: nil)
        self.init(externalID: externalID, status: .failed, profileID: nil, error: fault)
    }
}

extension PhoneCollision {
    /// Whom the number belongs to, so that the client can sort it out.
    var details: [String: JSONValue] {
        [
            "conflicting_profile_id": .string(id.profileID.description),
            "conflicting_external_id": .string(externalID),
        ]
    }
}
