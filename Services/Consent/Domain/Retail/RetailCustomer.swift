import Schema

/// A customer as the clienteling API tells of it (`retailos.md`, "HTTP request body"). What is left out says nothing.
struct RetailCustomer: Codable, Equatable, Sendable {
    var firstName: String?
    var lastName: String?
    var telephone: String?
    var email: String?
    var emailMarketing: Bool?
    var generalMarketing: Bool?
    /// All that no other API knows, by the API's names.
    var details: [String: JSONValue] = [:]

    /// What this says of a person. Mail may be sent to who agreed to mail, or to marketing in general.
    func report(_ externalID: String) -> CustomerReport {
        var report = CustomerReport(
            externalID: externalID, email: email, phone: telephone, acceptsMarketing: emailMarketing ?? generalMarketing
        )
        report.firstName = firstName
        report.lastName = lastName
        report.retail = details
        return report
    }
}
