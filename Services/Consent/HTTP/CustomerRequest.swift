import Edge
import Enrichment
import Schema

/// The body of the dealer API's `POST /v1/customers`, and one entry of `POST /v1/customers/bulk`.
struct CustomerRequest: Decodable, Sendable {
    let externalID: String?
    let email: String?
    let name: String?
    let phone: String?
    let acceptsMarketing: Bool?
    let metadata: JSONValue?

    enum CodingKeys: String, CodingKey {
        case externalID = "external_id"
        case email
        case name
        case phone
        case acceptsMarketing = "accepts_marketing"
        case metadata
    }

    /// What this body says of a customer.
    func report() throws(RequestError) -> CustomerReport {
        var validation = Validation()
        let externalID = validation.required(externalID, "external_id")
        let email = validation.optional(email, "email", maximum: 320)
        if let email, !Self.isEmail(email) {
            validation.fail(["email"], "invalid_email", "This is not an email address.")
        }
        let name = validation.optional(name, "name")
        let phone = validation.optional(phone, "phone", maximum: 32)
        let metadata = validation.metadata(metadata)
        try validation.check()
        var report = CustomerReport(
            externalID: externalID, email: email, name: name, phone: phone, acceptsMarketing: acceptsMarketing,
            metadata: metadata)
        // A number without a country code cannot be told: nothing is known of the customer's country.
        report.phoneNumber = phone.flatMap { E164(typed: $0) }.map { .ifFree($0.text) }
        return report
    }

    /// Something before one @ and something with no blanks after it: whether mail arrives is for mail to find out.
    private static func isEmail(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { !$0.isEmpty } && !text.contains(where: \.isWhitespace)
    }
}
