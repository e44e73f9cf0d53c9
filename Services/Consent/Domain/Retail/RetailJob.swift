import FoundationEssentials
import Schema

/// Work that a client of the clienteling API has asked for.
struct RetailJob: Sendable {
    enum Status: String, Sendable {
        case queued, running, completed, failed
    }

    let id: RetailJobID
    let account: AccountID
    /// The client's own id of the customer.
    let subject: String
    var status: Status
    /// What is to be known of the customer; nil once it is.
    let customer: RetailCustomer?
    /// Why it failed.
    var error: String?
    var attempts: Int
    let createdAt: Timestamp
    var updatedAt: Timestamp

    /// The name of the queue that upserts of customers go through.
    static let queueName = "scv:customer:upsert"
    /// How often a job is tried.
    static let maximumAttempts = 5
}

/// A customer as the clienteling API tells of it (`retailos.md`, "HTTP request body"). What is left out says nothing.
struct RetailCustomer: Codable, Equatable, Sendable {
    var externalCustomerID: String?
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
