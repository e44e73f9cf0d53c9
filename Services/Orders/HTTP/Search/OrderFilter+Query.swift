import Edge
import Schema

extension OrderFilter {
    /// Reads the filters of "Search Orders"; a name that is not documented is no filter.
    init(_ query: QueryParameters) throws(RequestError) {
        var validation = Validation()
        func text(_ names: String...) -> String? {
            names.lazy.compactMap { name in validation.optional(query.string(name), name) }.first
        }
        self.init()
        number = text("order_number")
        customerNumber = text("customer_number")
        customerEmail = text("customer_email")?.lowercased()
        customerPhone = text("customer_phone")?.filter { $0.isASCII && $0.isNumber }
        customerName = text("customer_name")
        subscriptionNumber = text("subscription_number")
        status = text("order_status").map(Self.ownSpelling)
        campaignID = text("campaign_id")
        attribution[.affiliate] = text("affiliate_id", "affiliate")
        attribution[.sub1] = text("sub1", "sub_affiliate_id")
        for field in AttributionField.allCases where attribution[field] == nil {
            attribution[field] = text(field.rawValue)
        }
        firstDay = query.day("date_start", &validation)
        lastDay = query.day("date_end", &validation)
        fulfillmentStatus = text("fulfillment_status").map(Self.ownSpelling)
        transaction = OrderTransactionFilter(query, &validation)
        try validation.check()
        isTest = try query.boolean("is_test")
        isBlacklisted = try query.boolean("is_blacklisted")
        isThrottled = try query.boolean("is_throttled")
        isQARequired = try query.boolean("qa_required")
        hasSubscriptions = try query.boolean("has_subscriptions")
    }

    /// The API writes "canceled" in some places and "cancelled" in others.
    private static func ownSpelling(_ status: String) -> String { status == "canceled" ? "cancelled" : status }
}

extension OrderTransactionFilter {
    fileprivate init(_ query: QueryParameters, _ validation: inout Validation) {
        self.init()
        number = validation.optional(query.string("transaction_number"), "transaction_number")
        externalID = validation.optional(query.string("external_transaction_id"), "external_transaction_id")
        status = query.transactionStatus("status", &validation)
        cardFirstSix = query.digits(6, "card_first_six", &validation)
        cardLastFour = query.digits(4, "card_last_four", &validation)
        amounts = query.amounts("amount", &validation)
        method = validation.optional(query.string("payment_method"), "payment_method")
        gatewayID = validation.optional(query.string("gateway_id"), "gateway_id")
    }
}
