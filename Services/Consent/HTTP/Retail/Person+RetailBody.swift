import Edge
import Schema

extension Person {
    /// The person as the clienteling API shows it; null where nothing is known.
    var retailBody: [String: JSONValue] {
        RetailOS.customer(
            id: id.uuid, externalID: givenExternalID, details: details, retail: .object(retail),
            acceptsMarketing: acceptsMarketing, createdAt: createdAt, updatedAt: updatedAt, isNew: sequence == 1)
    }

    /// The names of ``retailBody``.
    static let retailFields: Set<String> = Set(
        Person(CustomerReport(externalID: "x"), of: AccountID(), at: .now()).retailBody.keys)
}
