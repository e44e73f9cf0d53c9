import Messaging
import Postgres
import Schema

/// A customer who has just come to the checkout, and what was to be known at the door.
struct CustomerAdmission: Sendable {
    let customerID: CustomerID
    let customerNumber: String
    /// Of the customer's latest event.
    let sequence: Int64
    /// Whether this request has changed the details, so that an event tells of them.
    let isChanged: Bool
    /// A number for the order that may follow.
    let orderNumber: String
    let isBlacklisted: Bool
    /// Charges of the customer that were declined.
    let declines: Int

    /// Whether the customer has never been here before.
    var isNew: Bool { isChanged && sequence == 1 }
}

/// The SQL of the checkout's customers.
struct CheckoutCustomerStore: Sendable {
    /// Finds or makes the customer of a mail address, and keeps the newest details. The row stays locked until the
    /// transaction ends, so that a customer's requests begin orders one after the other.
    ///
    /// - Parameter entries: What blacklists know the customer by.
    func admit(
        _ person: CheckoutPerson, entries: [BlacklistEntry], to account: AccountID, at time: Timestamp,
        in transaction: PostgresTransaction
    ) async throws -> CustomerAdmission {
        let id = CustomerID()
        let rows = try await transaction.query(
            """
            WITH saved AS (
                INSERT INTO checkout_customers AS c (account_id, id, number, email, person, revision, sequence, created_at)
                VALUES (\(account), \(id), dated_number('CUST', nextval('customer_numbers')), \(person.email),
                    \(try JSON.text(person)), \(id), 1, \(time))
                ON CONFLICT (account_id, email) DO UPDATE SET person = excluded.person,
                    revision = CASE WHEN c.person = excluded.person THEN c.revision ELSE excluded.revision END,
                    sequence = CASE WHEN c.person = excluded.person THEN c.sequence ELSE c.sequence + 1 END
                RETURNING id, number, sequence, revision
            )
            SELECT id, number, sequence, revision = \(id) AS is_changed,
                dated_number('ORD', nextval('order_numbers')) AS order_number,
                EXISTS (\(constant: Self.isListed)
                    WHERE b.account_id = \(account) AND (b.kind, b.digest) IN (
                        SELECT * FROM unnest(\(entries.map(\.kind))::text[], \(entries.map(\.digest))::text[]))
                ) AS is_blacklisted,
                (SELECT coalesce(sum(k.declines), 0)::bigint FROM checkouts k
                 WHERE k.account_id = \(account) AND k.customer_id = saved.id) AS declines
            FROM saved
            """)
        guard let row = rows.first else {
            throw PostgresError(code: .decoding, message: "an upsert returned no row")
        }
        return CustomerAdmission(
            customerID: try row["id"], customerNumber: try row["number"], sequence: try row["sequence"],
            isChanged: try row["is_changed"], orderNumber: try row["order_number"],
            isBlacklisted: try row["is_blacklisted"], declines: try row["declines"])
    }

    /// Erases what is known of customers who are gone. Their orders stay, with what each says of its buyer; whoever comes
    /// with the mail address again is a new customer.
    func forget(_ numbers: [String], of account: AccountID, in transaction: PostgresTransaction) throws {
        guard !numbers.isEmpty else { return }
        let nobody = CheckoutPerson(email: "", firstName: "", lastName: "")
        // No mail address reads as a number does.
        transaction.send(
            """
            UPDATE checkout_customers SET email = number, person = \(try JSON.text(nobody))
            WHERE account_id = \(account) AND number = ANY (\(numbers)::text[])
            """)
    }

    /// Whether a known customer must not buy, and how many charges were declined.
    func standing(
        of customer: CustomerID, entries: [BlacklistEntry], account: AccountID, in transaction: PostgresTransaction
    ) async throws -> (isBlacklisted: Bool, declines: Int) {
        let row = try await transaction.query(
            """
            SELECT EXISTS (\(constant: Self.isListed)
                    WHERE b.account_id = \(account) AND (b.kind, b.digest) IN (
                        SELECT * FROM unnest(\(entries.map(\.kind))::text[], \(entries.map(\.digest))::text[]))
                ) AS is_blacklisted,
                (SELECT coalesce(sum(k.declines), 0)::bigint FROM checkouts k
                 WHERE k.account_id = \(account) AND k.customer_id = \(customer)) AS declines
            """
        ).first
        guard let row else { return (false, 0) }
        return (try row["is_blacklisted"], try row["declines"])
    }

    private static let isListed: StaticString = "SELECT FROM blacklist_entries b"
}

extension CheckoutOrder {
    /// An order as a customer begins it, without a payment.
    init(_ submission: CheckoutSubmission, by customer: CustomerAdmission, at time: Timestamp) {
        let campaign = submission.campaign
        let checkout = Checkout(
            account: submission.caller.account, orderID: OrderID(), number: customer.orderNumber,
            customerID: customer.customerID, customerNumber: customer.customerNumber,
            campaignInternalID: campaign.internalID, campaignName: campaign.name, status: .lead,
            currency: submission.currency, totals: submission.cart.totals, taxRate: "0", isTaxGiven: false,
            couponCode: nil, attribution: submission.attribution, contact: submission.contact,
            isTest: submission.caller.isTest, isThrottled: Int.random(in: 0..<100) < campaign.throttlePercent,
            isQARequired: false, upsellDepth: 0, declines: 0, sequence: 0, commandSequence: 0, lastTransactionAt: nil,
            closesAt: nil, completedAt: nil, createdAt: time, updatedAt: time)
        self.init(checkout: checkout, items: submission.cart.items, charges: [])
    }
}

extension CouponCart {
    init(_ checkout: Checkout, _ cart: Cart) {
        self.init(
            account: checkout.account, orderID: checkout.orderID, customerID: checkout.customerID,
            campaignInternalID: checkout.campaignInternalID, currency: checkout.currency,
            country: checkout.contact.shipping.country, subtotal: cart.totals.subtotal,
            shipping: cart.totals.shipping, items: cart.items)
    }
}
