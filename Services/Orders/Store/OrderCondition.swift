import FoundationEssentials
import Messaging
import Postgres
import Schema

/// A search of orders as SQL: what is walked, and what the rows must meet. `checkouts` is `c`.
///
/// Conditions on other tables end in `OFFSET 0`, which keeps the planner from joining them: they are to be looked up for each
/// order that the walk comes to, and never read as a whole.
struct OrderCondition: Sendable {
    let account: AccountID
    let filter: OrderFilter
    let period: OrderPeriod

    /// Last four digits may be those of one order or of nearly all, as those of a test card are. Their transactions are
    /// walked in the order of the orders' ids, which is right for both, whatever the planner knows of them.
    var walksTransactions: Bool { filter.transaction.cardLastFour != nil && !filter.isPinned }

    /// The id whose order is the order of the walk.
    var walkedID: StaticString { walksTransactions ? "d.order_id" : "c.order_id" }
}

extension PostgresQuery.StringInterpolation {
    /// What a search walks.
    mutating func appendInterpolation(walking condition: OrderCondition) {
        guard condition.walksTransactions else { return appendLiteral("checkouts c") }
        appendLiteral("(SELECT DISTINCT ON (t.order_id) t.order_id FROM checkout_transactions t WHERE ")
        appendTransaction(condition)
        append("t.order_id >=", condition.period.firstID)
        append("t.order_id <", condition.period.endID)
        appendLiteral(" ORDER BY t.order_id DESC) AS d JOIN checkouts c ON c.order_id = d.order_id")
    }

    /// What a row of `checkouts` must meet.
    ///
    /// - Parameter isWalk: Whether the row comes from ``appendInterpolation(walking:)``, which has looked at the
    ///   transactions already if it walks them.
    mutating func appendInterpolation(matching condition: OrderCondition, isWalk: Bool) {
        let filter = condition.filter
        appendLiteral("c.account_id = ")
        appendInterpolation(condition.account)
        appendPeriod(condition.period)
        append("c.number =", filter.number)
        appendCustomer(condition)
        append("c.status =", filter.status)
        append("c.campaign_internal_id =", filter.campaignID)
        for field in AttributionField.allCases { append("c.\(field.rawValue) =", filter.attribution[field]) }
        append("c.is_test =", filter.isTest)
        append("c.is_throttled =", filter.isThrottled)
        append("c.qa_required =", filter.isQARequired)
        appendParts(condition)
        if !(isWalk && condition.walksTransactions) { appendTransactions(condition) }
    }

    private mutating func append(_ comparison: String, _ value: (some PostgresEncodable)?) {
        guard let value else { return }
        appendLiteral(" AND \(comparison) ")
        appendInterpolation(value)
    }

    private mutating func appendPeriod(_ period: OrderPeriod) {
        append("c.order_id >=", period.firstID)
        append("c.order_id <", period.endID)
        append("c.created_at >=", period.start)
        append("c.created_at <", period.end)
    }

    private mutating func appendCustomer(_ condition: OrderCondition) {
        let filter = condition.filter
        for (column, value) in [("number", filter.customerNumber), ("email", filter.customerEmail)] {
            guard let value else { continue }
            appendLiteral(" AND c.customer_id = (SELECT u.id FROM checkout_customers u WHERE u.account_id = ")
            appendInterpolation(condition.account)
            append("u.\(column) =", value)
            appendLiteral(")")
        }
        // As the index has it.
        append("regexp_replace(c.phone, '\\D', '', 'g') =", filter.customerPhone)
        if let name = filter.customerName {
            appendLiteral(" AND strpos(lower(c.first_name || ' ' || c.last_name), lower(")
            appendInterpolation(name)
            appendLiteral(")) > 0")
        }
        if let isBlacklisted = filter.isBlacklisted {
            appendLiteral(
                """
                 AND EXISTS (SELECT FROM checkout_customers u
                    WHERE u.account_id = c.account_id AND u.id = c.customer_id
                """)
            append("u.is_blacklisted =", isBlacklisted)
            appendLiteral(" OFFSET 0)")
        }
    }

    /// What was made of the order.
    private mutating func appendParts(_ condition: OrderCondition) {
        let filter = condition.filter
        if let number = filter.subscriptionNumber {
            appendLiteral(" AND c.order_id = (SELECT s.order_id FROM subscriptions s WHERE s.account_id = ")
            appendInterpolation(condition.account)
            append("s.number =", number)
            appendLiteral(")")
        }
        if let hasSubscriptions = filter.hasSubscriptions {
            appendLiteral(hasSubscriptions ? " AND EXISTS " : " AND NOT EXISTS ")
            appendLiteral("(SELECT FROM subscriptions s WHERE s.account_id = c.account_id AND s.order_id = c.order_id")
            appendLiteral(" OFFSET 0)")
        }
        if let status = filter.fulfillmentStatus {
            appendLiteral(
                """
                 AND EXISTS (SELECT FROM fulfillments f
                    WHERE f.account_id = c.account_id AND f.order_id = c.order_id
                """)
            append("f.status =", status)
            appendLiteral(" OFFSET 0)")
        }
    }

    private mutating func appendTransactions(_ condition: OrderCondition) {
        if condition.filter.transaction.isEmpty { return }
        if condition.filter.transaction.isPinned {
            // An array, so that the few orders are found first, whatever the planner guesses.
            appendLiteral(" AND c.order_id = ANY (ARRAY(SELECT t.order_id FROM checkout_transactions t WHERE ")
            appendTransaction(condition)
            appendLiteral("))")
        } else {
            appendLiteral(" AND EXISTS (SELECT FROM checkout_transactions t WHERE t.order_id = c.order_id AND ")
            appendTransaction(condition)
            appendLiteral(" OFFSET 0)")
        }
    }

    /// What a row of `checkout_transactions`, `t`, must meet.
    private mutating func appendTransaction(_ condition: OrderCondition) {
        let filter = condition.filter.transaction
        appendLiteral("t.account_id = ")
        appendInterpolation(condition.account)
        append("t.number =", filter.number)
        append("t.external_transaction_id =", filter.externalID)
        append("t.status =", filter.status)
        append("t.card_last_four =", filter.cardLastFour)
        append("t.snapshot::jsonb #>> '{card,first_six}' =", filter.cardFirstSix)
        if filter.method == PaymentMethod.card.rawValue {
            // A saved card is a card.
            appendLiteral(" AND (t.snapshot::jsonb ->> 'method' = 'card'")
            appendLiteral(" OR t.snapshot::jsonb ->> 'method' = 'onfile' AND t.snapshot::jsonb -> 'card' IS NOT NULL)")
        } else {
            append("t.snapshot::jsonb ->> 'method' =", filter.method)
        }
        append("t.snapshot::jsonb ->> 'gateway_id' =", filter.gatewayID)
        if let amounts = filter.amounts {
            appendLiteral(" AND (t.snapshot::jsonb ->> 'currency', (t.snapshot::jsonb ->> 'amount')::bigint)")
            appendLiteral(" IN (SELECT * FROM unnest(")
            appendInterpolation(amounts.map(\.currency))
            appendLiteral("::text[], ")
            appendInterpolation(amounts.map(\.minorUnits))
            appendLiteral("::bigint[]))")
        }
    }
}
