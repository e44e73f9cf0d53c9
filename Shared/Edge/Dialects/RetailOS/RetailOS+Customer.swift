public import FoundationEssentials
public import Schema

extension RetailOS {
    /// A customer as the clienteling API and its webhooks show it (`retailos.md`, "HTTP request body"); null where nothing
    /// is known.
    ///
    /// - Parameters:
    ///   - externalID: The client's own id, where a client gave one.
    ///   - retail: What no other API knows: an object by this API's names.
    ///   - isNew: Whether this is the customer as it was made: only then are both times the same.
    public static func customer(
        id: UUID, externalID: String?, details: PersonalDetails, retail: JSONValue?, acceptsMarketing: Bool,
        createdAt: Timestamp, updatedAt: Timestamp, isNew: Bool
    ) -> [String: JSONValue] {
        func text(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }
        var body: [String: JSONValue] = [
            "title": .null, "gender": .null, "dob": .null, "generalMarketing": .bool(acceptsMarketing),
            "thirdPartyMarketing": false, "storeMarketing": false, "smsMarketing": false,
            "emailMarketing": .bool(acceptsMarketing), "postMarketing": false, "address": [:], "details": [:],
            "reporting": [:], "anonymised": false, "registeredById": .null, "registeredAtId": .null,
            "territoryId": .null, "regionId": .null,
        ]
        if case .object(let members) = retail { body.merge(members) { $1 } }
        body["id"] = .string(id.uuidString.lowercased())
        body["externalCustomerId"] = text(externalID)
        body["firstName"] = text(details.firstName ?? details.name)
        body["lastName"] = text(details.lastName)
        body["telephone"] = text(details.phone ?? details.phoneNumber)
        body["email"] = text(details.email)
        body["createdAt"] = .string(createdAt.rfc3339)
        // The id's clock gives the time of creation, which can be ahead of a change that follows at once.
        let change = isNew ? createdAt : max(updatedAt, createdAt + .milliseconds(1))
        body["updatedAt"] = .string(change.rfc3339)
        return body
    }
}
