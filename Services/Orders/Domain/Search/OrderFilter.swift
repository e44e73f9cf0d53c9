import Schema

/// Which orders of the checkout are looked for: those that meet all that is given.
struct OrderFilter: Sendable, Equatable {
    var number: String?
    var customerNumber: String?
    /// Lower-cased.
    var customerEmail: String?
    /// Digits only.
    var customerPhone: String?
    /// A part of first and last name, whatever its case.
    var customerName: String?
    var subscriptionNumber: String?
    var status: String?
    var campaignID: String?
    var attribution: [AttributionField: String] = [:]
    /// The first and the last day in the account's time zone, `2025-03-21`.
    var firstDay: String?
    var lastDay: String?
    var isTest: Bool?
    var isBlacklisted: Bool?
    var isThrottled: Bool?
    var isQARequired: Bool?
    var hasSubscriptions: Bool?
    var fulfillmentStatus: String?
    var transaction = OrderTransactionFilter()

    /// Whether it names something that few orders have in common.
    var isPinned: Bool {
        number != nil || customerNumber != nil || customerEmail != nil || customerPhone != nil
            || subscriptionNumber != nil || transaction.isPinned
    }
}

/// What one of the order's transactions must meet.
struct OrderTransactionFilter: Sendable, Equatable {
    var number: String?
    var externalID: String?
    var status: String?
    var cardFirstSix: String?
    var cardLastFour: String?
    /// The amount in each currency that can express it.
    var amounts: [Money]?
    var method: String?
    var gatewayID: String?

    var isEmpty: Bool { self == OrderTransactionFilter() }
    var isPinned: Bool { number != nil || externalID != nil }
}

/// Where an order came from, by the names of the columns.
enum AttributionField: String, CaseIterable, Sendable {
    case affiliate, sub1, sub2, sub3, sub4, sub5, cohort
    case utmSource = "utm_source"
    case utmMedium = "utm_medium"
    case utmCampaign = "utm_campaign"
    case utmTerm = "utm_term"
    case utmContent = "utm_content"
}
