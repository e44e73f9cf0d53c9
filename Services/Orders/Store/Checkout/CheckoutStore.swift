import Messaging
import Postgres
import Schema

/// The SQL of checkouts and their carts. Their rows in `orders` are the order book's.
struct CheckoutStore: Sendable {
    let database: PostgresDatabase

    /// Adds what an order of the checkout has beside its row in `orders`, which goes before.
    func insert(_ order: CheckoutOrder, in transaction: PostgresTransaction) throws {
        let checkout = order.checkout
        let contact = checkout.contact
        let origin = checkout.attribution
        transaction.send(
            """
            INSERT INTO checkouts (account_id, order_id, number, customer_id, customer_number, campaign_internal_id,
                campaign_name, status, currency, subtotal, shipping, tax, discount, total, tax_rate, tax_given,
                coupon_code, utm_source, utm_medium, utm_campaign, utm_term, utm_content, affiliate, sub1, sub2, sub3,
                sub4, sub5, cohort, email, phone, first_name, last_name, shipping_address, billing_address, ip_address,
                user_agent, is_test, is_throttled, qa_required, upsell_depth, declines, command_sequence, created_at,
                updated_at)
            VALUES (\(checkout.account), \(checkout.orderID), \(checkout.number), \(checkout.customerID),
                \(checkout.customerNumber), \(checkout.campaignInternalID), \(checkout.campaignName),
                \(checkout.status), \(checkout.currency), \(checkout.totals.subtotal), \(checkout.totals.shipping),
                \(checkout.totals.tax), \(checkout.totals.discount), \(checkout.totals.total), \(checkout.taxRate),
                \(checkout.isTaxGiven), \(checkout.couponCode), \(origin.utmSource), \(origin.utmMedium),
                \(origin.utmCampaign), \(origin.utmTerm), \(origin.utmContent), \(origin.affiliate), \(origin.sub1),
                \(origin.sub2), \(origin.sub3), \(origin.sub4), \(origin.sub5), \(origin.cohort),
                \(contact.person.email), \(contact.person.phone), \(contact.person.firstName),
                \(contact.person.lastName), \(try JSON.text(contact.shipping)),
                \(try contact.billing.map(JSON.text)), \(contact.person.ipAddress), \(contact.userAgent),
                \(checkout.isTest), \(checkout.isThrottled), \(checkout.isQARequired), \(checkout.upsellDepth),
                \(checkout.declines), \(checkout.commandSequence), \(checkout.createdAt), \(checkout.updatedAt))
            """)
        try insert(order.items, of: checkout, in: transaction)
    }

    /// Writes what changes in a checkout's life.
    func update(_ checkout: Checkout, in transaction: PostgresTransaction) {
        transaction.send(
            """
            UPDATE checkouts SET status = \(checkout.status), subtotal = \(checkout.totals.subtotal),
                shipping = \(checkout.totals.shipping), tax = \(checkout.totals.tax),
                discount = \(checkout.totals.discount), total = \(checkout.totals.total),
                tax_rate = \(checkout.taxRate), tax_given = \(checkout.isTaxGiven),
                coupon_code = \(checkout.couponCode), qa_required = \(checkout.isQARequired),
                upsell_depth = \(checkout.upsellDepth), declines = \(checkout.declines),
                command_sequence = \(checkout.commandSequence), last_transaction_at = \(checkout.lastTransactionAt),
                closes_at = \(checkout.closesAt), completed_at = \(checkout.completedAt),
                updated_at = \(checkout.updatedAt)
            WHERE account_id = \(checkout.account) AND order_id = \(checkout.orderID)
            """)
    }

    /// Writes what a later request says of the buyer.
    func updateContact(of checkout: Checkout, in transaction: PostgresTransaction) throws {
        let contact = checkout.contact
        let origin = checkout.attribution
        transaction.send(
            """
            UPDATE checkouts SET phone = \(contact.person.phone), first_name = \(contact.person.firstName),
                last_name = \(contact.person.lastName), shipping_address = \(try JSON.text(contact.shipping)),
                billing_address = \(try contact.billing.map(JSON.text)), ip_address = \(contact.person.ipAddress),
                user_agent = \(contact.userAgent), utm_source = \(origin.utmSource), utm_medium = \(origin.utmMedium),
                utm_campaign = \(origin.utmCampaign), utm_term = \(origin.utmTerm),
                utm_content = \(origin.utmContent), affiliate = \(origin.affiliate), sub1 = \(origin.sub1),
                sub2 = \(origin.sub2), sub3 = \(origin.sub3), sub4 = \(origin.sub4), sub5 = \(origin.sub5),
                cohort = \(origin.cohort)
            WHERE account_id = \(checkout.account) AND order_id = \(checkout.orderID)
            """)
    }

    // MARK: Items

    /// Adds lines to an order: a statement each, which costs less than arrays unless there are many.
    func insert(_ items: [CheckoutItem], of checkout: Checkout, in transaction: PostgresTransaction) throws {
        for item in items {
            transaction.send(
                """
                INSERT INTO checkout_items (account_id, order_id, line, product_number, product_internal_id, name, kind,
                    sku, tax_code, quantity, unit_price, shipping_price, subtotal, tax, discount, is_upsell, sale_type,
                    billing_interval, billing_cycles, trial_days, requires_shipping, transaction_id, is_added,
                    particulars)
                VALUES (\(checkout.account), \(checkout.orderID), \(item.line), \(item.productNumber),
                    \(item.productInternalID), \(item.name), \(item.kind.rawValue), \(item.sku), \(item.taxCode),
                    \(item.quantity), \(item.unitPrice), \(item.shippingPrice), \(item.subtotal), \(item.tax),
                    \(item.discount), \(item.isUpsell), \(item.saleType), \(item.billingInterval),
                    \(item.billingCycles), \(item.trialDays), \(item.requiresShipping), \(item.transactionID),
                    \(item.isAdded), \(try item.particulars.map(JSON.text)))
                """)
        }
    }

    /// Puts other first lines in the place of an order's.
    func replaceItems(of order: CheckoutOrder, in transaction: PostgresTransaction) throws {
        let checkout = order.checkout
        transaction.send(
            "DELETE FROM checkout_items WHERE account_id = \(checkout.account) AND order_id = \(checkout.orderID)")
        try insert(order.items, of: checkout, in: transaction)
    }

    /// Writes what a charge's outcome changes in its lines.
    func settle(_ items: [CheckoutItem], of checkout: Checkout, in transaction: PostgresTransaction) {
        for item in items {
            transaction.send(
                """
                UPDATE checkout_items SET tax = \(item.tax), is_added = \(item.isAdded),
                    transaction_id = \(item.transactionID)
                WHERE account_id = \(checkout.account) AND order_id = \(checkout.orderID) AND line = \(item.line)
                """)
        }
    }

    // MARK: Reading

    /// The order of a number, locked with its row in `orders` until the transaction ends.
    func lock(
        number: String, of account: AccountID, in transaction: PostgresTransaction
    ) async throws -> CheckoutOrder? {
        // Locked by itself first: what is read then is as whoever held the lock before has left it.
        transaction.send(
            """
            SELECT 1 FROM orders WHERE account_id = \(account) AND id = (
                SELECT order_id FROM checkouts WHERE number = \(number) AND account_id = \(account)) FOR UPDATE
            """)
        return try await transaction.query(
            "\(constant: Self.select) WHERE k.number = \(number) AND k.account_id = \(account)"
        ).first.map { try CheckoutOrder($0, account: account) }
    }

    /// An order, locked as ``lock(number:of:in:)`` does.
    func lock(
        _ id: OrderID, of account: AccountID, in transaction: PostgresTransaction
    ) async throws -> CheckoutOrder? {
        transaction.send("SELECT 1 FROM orders WHERE account_id = \(account) AND id = \(id) FOR UPDATE")
        return try await transaction.query(
            "\(constant: Self.select) WHERE k.account_id = \(account) AND k.order_id = \(id)"
        ).first.map { try CheckoutOrder($0, account: account) }
    }

    /// Several orders of any accounts, locked in one order for all who lock several.
    func lock(_ orders: Set<OrderKey>, in transaction: PostgresTransaction) async throws -> [OrderKey: CheckoutOrder] {
        let orders = orders.sorted()
        let (accounts, ids) = (orders.map(\.account), orders.map(\.id))
        // A lookup each: a plan made while the tables were small would read all of them for ever after. Behind SELECT, the
        // arrays' lengths are none of the planner's business: it plans once, and not for each length.
        transaction.send(
            """
            SELECT FROM unnest((SELECT \(accounts)::uuid[]), (SELECT \(ids)::uuid[])) AS wanted (account_id, id)
            CROSS JOIN LATERAL (
                SELECT FROM orders WHERE orders.account_id = wanted.account_id AND orders.id = wanted.id FOR UPDATE
            ) AS locked
            """)
        let rows = try await transaction.query(
            """
            SELECT wanted.account_id, found.*
            FROM unnest((SELECT \(accounts)::uuid[]), (SELECT \(ids)::uuid[])) AS wanted (account_id, id)
            CROSS JOIN LATERAL (
                \(constant: Self.select) WHERE k.account_id = wanted.account_id AND k.order_id = wanted.id LIMIT 1
            ) AS found
            """)
        let found = try rows.map { try CheckoutOrder($0, account: $0["account_id"]) }
        return Dictionary(found.map { (OrderKey($0.checkout), $0) }) { first, _ in first }
    }

    /// An order as it is now.
    func order(_ id: OrderID, of account: AccountID) async throws -> CheckoutOrder? {
        try await database.query("\(constant: Self.select) WHERE k.account_id = \(account) AND k.order_id = \(id)")
            .first.map { try CheckoutOrder($0, account: account) }
    }

    /// A customer's newest order of a campaign that nothing was paid for, begun since a time.
    func openOrder(
        of customer: CustomerID, in campaign: String, currency: Currency, account: AccountID,
        statuses: [CheckoutStatus], since time: Timestamp, in transaction: PostgresTransaction
    ) async throws -> OrderID? {
        try await transaction.query(
            """
            SELECT order_id FROM checkouts
            WHERE account_id = \(account) AND customer_id = \(customer) AND campaign_internal_id = \(campaign)
                AND currency = \(currency) AND status = ANY (\(statuses)::text[])
                AND created_at > \(time)::timestamptz
            ORDER BY order_id DESC LIMIT 1
            """
        ).first.map { try $0["order_id"] }
    }

    /// A customer's newest order of a campaign that is paid, and has been since a time.
    func paidOrder(
        of customer: CustomerID, in campaign: String, currency: Currency, account: AccountID, since time: Timestamp,
        in transaction: PostgresTransaction
    ) async throws -> OrderID? {
        let statuses: [CheckoutStatus] = [.processing, .onHold, .completed]
        return try await transaction.query(
            """
            SELECT order_id FROM checkouts
            WHERE account_id = \(account) AND customer_id = \(customer) AND campaign_internal_id = \(campaign)
                AND currency = \(currency) AND status = ANY (\(statuses)::text[])
                AND last_transaction_at > \(time)::timestamptz
            ORDER BY order_id DESC LIMIT 1
            """
        ).first.map { try $0["order_id"] }
    }

    /// Orders whose time to close has come, locked; those that another replica is closing are left out.
    func lockDue(
        at time: Timestamp, limit: Int, in transaction: PostgresTransaction
    ) async throws -> [(account: AccountID, order: OrderID)] {
        try await transaction.query(
            """
            SELECT o.account_id, o.id FROM checkouts k
            JOIN orders o ON o.account_id = k.account_id AND o.id = k.order_id
            WHERE k.closes_at <= \(time)::timestamptz
            ORDER BY k.closes_at LIMIT \(limit) FOR UPDATE OF o SKIP LOCKED
            """
        ).map { (try $0["account_id"], try $0["id"]) }
    }
}

extension CheckoutStatus: PostgresCodable {}

/// Which order of which account.
struct OrderKey: Hashable, Comparable, Sendable {
    let account: AccountID
    let id: OrderID

    static func < (one: OrderKey, other: OrderKey) -> Bool {
        (one.account, one.id) < (other.account, other.id)
    }
}

extension OrderKey {
    init(_ checkout: Checkout) {
        self.init(account: checkout.account, id: checkout.orderID)
    }
}
