import Edge
import Schema

/// A ban as the answer to its request shows it.
struct BlacklistedBody: Encodable, Sendable {
    let customerID: String
    let customerNumber: String
    let blacklistedItems: [String]
    let cancelledSubscriptions: CancelledSubscriptions
    let cancelledFulfillments: CancelledFulfillments

    struct CancelledSubscriptions: Encodable, Sendable {
        let count: Int
        let numbers: [String]

        enum CodingKeys: String, CodingKey {
            case count
            case numbers = "subscription_numbers"
        }
    }

    struct CancelledFulfillments: Encodable, Sendable {
        let count: Int
        let numbers: [String]

        enum CodingKeys: String, CodingKey {
            case count
            case numbers = "fulfillment_ids"
        }
    }

    init(_ ban: Blacklisting) {
        customerID = HealthSuite.text(ban.customer)
        customerNumber = ban.customerNumber
        blacklistedItems = ban.items.map(\.label)
        let subscriptions = ban.cancelledSubscriptions
        let fulfillments = ban.cancelledFulfillments
        cancelledSubscriptions = CancelledSubscriptions(count: subscriptions.count, numbers: subscriptions)
        cancelledFulfillments = CancelledFulfillments(count: fulfillments.count, numbers: fulfillments)
    }

    enum CodingKeys: String, CodingKey {
        case customerID = "customer_id"
        case customerNumber = "customer_number"
        case blacklistedItems = "blacklisted_items"
        case cancelledSubscriptions = "canceled_subscriptions"
        case cancelledFulfillments = "canceled_fulfillments"
    }
}

/// The end of a ban as the answer to its request shows it.
struct PardonedBody: Encodable, Sendable {
    let customerID: String
    let customerNumber: String
    let entriesDeactivated: Int
    let previouslyBlacklisted: [String]

    init(_ ban: Blacklisting) {
        customerID = HealthSuite.text(ban.customer)
        customerNumber = ban.customerNumber
        entriesDeactivated = ban.items.count
        // The saved example lists the types alone, unlike the table.
        previouslyBlacklisted = ban.items.map(\.kind)
    }

    enum CodingKeys: String, CodingKey {
        case customerID = "customer_id"
        case customerNumber = "customer_number"
        case entriesDeactivated = "entries_deactivated"
        case previouslyBlacklisted = "previously_blacklisted"
    }
}

/// Whether a customer is banned, and what they have running.
struct BlacklistStatusBody: Encodable, Sendable {
    let customerID: String
    let customerNumber: String
    let isBlacklisted: Bool
    let blacklistedTypes: [String]
    let activeSubscriptions: Int
    let pendingFulfillments: Int

    init(_ customer: CheckoutCustomer, ban: Blacklisting?, _ standing: CustomerStanding) {
        customerID = HealthSuite.text(customer.id)
        customerNumber = customer.number
        isBlacklisted = ban != nil
        blacklistedTypes = ban?.items.map(\.label) ?? []
        activeSubscriptions = standing.activeSubscriptions
        pendingFulfillments = standing.pendingFulfillments
    }

    enum CodingKeys: String, CodingKey {
        case customerID = "customer_id"
        case customerNumber = "customer_number"
        case isBlacklisted = "is_blacklisted"
        case blacklistedTypes = "blacklisted_types"
        case activeSubscriptions = "active_subscriptions"
        case pendingFulfillments = "pending_fulfillments"
    }
}

/// A customer beside their notes.
struct NotedCustomerBody: Encodable, Sendable {
    let customerNumber: String
    let email: String
    let name: String

    init(_ customer: CheckoutCustomer) {
        customerNumber = customer.number
        email = customer.details.email
        name = customer.name
    }

    enum CodingKeys: String, CodingKey {
        case email, name
        case customerNumber = "customer_number"
    }
}
