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
        var body: [String: JSONValue] = [
            "title": .null, "gender": .null, "dob": .null, "generalMarketing": .bool(acceptsMarketing),
            "thirdPartyMarketing": false, "storeMarketing": false, "smsMarketing": false,
            "emailMarketing": .bool(acceptsMarketing), "postMarketing": false, "address": [:], "details": [:],
            "reporting": [:], "anonymised": false, "registeredById": .null, "registeredAtId": .null,
            "territoryId": .null, "regionId": .null,
        ]
        if case .object(let members) = retail { body.merge(members) { $1 } }
        body["externalCustomerId"] = text(externalID)
        body["firstName"] = text(details.firstName ?? details.name)
        body["lastName"] = text(details.lastName)
        body["telephone"] = text(details.phone ?? details.phoneNumber)
        body["email"] = text(details.email)
        body.merge(identity(id, createdAt, updatedAt, isNew: isNew)) { $1 }
        return body
    }
}
