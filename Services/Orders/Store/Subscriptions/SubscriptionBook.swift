import Edge
import Messaging
import Postgres
import Schema

/// The only way to change subscriptions: each verb writes them and appends the events that tell of it.
struct SubscriptionBook: SubscriptionKeeping {
    private let store = SubscriptionStore()
    private let customers = CustomerNumbers()
    private let renewals: RenewalStore
    private let database: PostgresDatabase
    private let outbox: Outbox
    /// The waits before a declined renewal is tried again.
    private let retries: [Duration]

    init(database: PostgresDatabase, outbox: Outbox, keyring: DataKeyring, retries: [Duration]) {
        self.database = database
        self.outbox = outbox
        self.retries = retries
        renewals = RenewalStore(outbox: outbox, keyring: keyring)
    }

    func open(
        _ lines: [CheckoutItem], of checkout: Checkout, paidBy charge: TransactionSnapshot, in transaction: Transaction
    ) async throws -> [String] {
        var numbers: [String] = []
        for line in lines where line.isSubscription {
            let number = try await store.nextNumber(in: transaction)
            let subscription = Subscription(
                opening: SubscriptionPlan(line, of: checkout, paidBy: charge), number: number, order: checkout.orderID,
                line: line.line, orderNumber: checkout.number, customerNumber: checkout.customerNumber,
                account: checkout.account, trialDays: line.trialDays, at: .now())
            try store.insert(subscription, in: transaction)
            try append(SubscriptionCreated(subscription: subscription.snapshot), of: subscription, in: transaction)
            numbers.append(number)
        }
        return numbers
    }

    // MARK: Renewals

    /// Asks for the charges of subscriptions that are due. Their rows are locked until that is committed, and those that
    /// another replica holds are left to it: whoever dies on the way leaves everything as it was.
    ///
    /// - Returns: How many there were; fewer than `limit` if no more are left.
    func renewDue(limit: Int, at time: Timestamp = .now()) async throws -> Int {
        try await database.withTransaction { transaction in
            let due = try await store.lockDue(limit: limit, at: time, in: transaction)
            // The orders' locks are taken in the same order by all.
            for var subscription in due.sorted(by: { $0.orderID < $1.orderID }) {
                guard let charge = subscription.renew(at: time) else { continue }
                store.update(subscription, in: transaction)
                try await renewals.request(charge, for: subscription, in: transaction)
            }
            return due.count
        }
    }

    /// Which charges are to renew a subscription.
    func renewals(among charges: [TransactionID], in transaction: Transaction) async throws -> Set<TransactionID> {
        try await store.charges(among: charges, in: transaction)
    }

    /// Takes in that a charge went through, if it renews a subscription.
    ///
    /// - Returns: The subscription if it has been renewed.
    @discardableResult
    func complete(
        _ charge: TransactionID, of account: AccountID, in transaction: Transaction
    ) async throws -> Subscription? {
        guard var subscription = try await store.lock(chargedBy: charge, of: account, in: transaction),
            subscription.complete(charge, at: .now())
        else { return nil }
        store.update(subscription, in: transaction)
        try append(SubscriptionRenewed(subscription: subscription.snapshot), of: subscription, in: transaction)
        return subscription
    }

    /// Takes in that a charge came to nothing, if it renews a subscription.
    func decline(_ charge: TransactionID, of account: AccountID, in transaction: Transaction) async throws {
        guard var subscription = try await store.lock(chargedBy: charge, of: account, in: transaction) else { return }
        let told = subscription.sequence
        guard subscription.decline(charge, retries: retries, at: .now()) else { return }
        store.update(subscription, in: transaction)
        if subscription.sequence > told {
            try append(SubscriptionCancelled(subscription: subscription.snapshot), of: subscription, in: transaction)
        }
    }

    // MARK: Cancelling

    func cancelAll(
        of customerNumber: String, account: AccountID, reason: String, in transaction: Transaction
    ) async throws -> [String] {
        let subscriptions = try await store.lockCancelable(of: customerNumber, account: account, in: transaction)
        return try cancel(subscriptions, reason: reason, in: transaction).map(\.number)
    }

    func cancelAll(
        ofOrder order: OrderID, account: AccountID, reason: String, in transaction: Transaction
    ) async throws {
        let subscriptions = try await store.lockCancelable(ofOrder: order, account: account, in: transaction)
        _ = try cancel(subscriptions, reason: reason, in: transaction)
    }

    /// Cancels what a request names: one subscription, or all that a customer has and can cancel.
    ///
    /// - Throws: `RequestError` when there is no such customer or subscription, or nothing to cancel.
    func cancel(
        _ request: Cancellation, of account: AccountID, in transaction: Transaction
    ) async throws -> Cancelled<Subscription> {
        let target = try await request.target(of: "subscription") {
            try await store.owner(of: $0, account: account, in: transaction)
        } isCustomer: {
            try await customers.contains($0, of: account, in: transaction)
        }
        let subscriptions = try await store.lockCancelable(of: target.customer, account: account, in: transaction)
            .filter { target.number == nil || $0.number == target.number }
        guard !subscriptions.isEmpty else {
            throw RequestError.rejected(code: "nothing_to_cancel", message: "No cancelable subscriptions found")
        }
        return Cancelled(
            customerID: try await customers.id(of: target.customer, account: account, in: transaction),
            customerNumber: target.customer,
            items: try cancel(subscriptions, reason: request.reason, in: transaction))
    }

    private func cancel(
        _ subscriptions: [Subscription], reason: String, in transaction: Transaction
    ) throws -> [Subscription] {
        for var subscription in subscriptions where subscription.cancel(because: reason, at: .now()) {
            store.update(subscription, in: transaction)
            try append(SubscriptionCancelled(subscription: subscription.snapshot), of: subscription, in: transaction)
        }
        return subscriptions
    }

    private func append(
        _ event: some SubscriptionEvent, of subscription: Subscription, in transaction: Transaction
    ) throws {
        try outbox.append(
            event, subject: subscription.id.description, sequence: subscription.sequence,
            account: subscription.account, in: transaction)
    }
}

extension SubscriptionPlan {
    fileprivate init(_ line: CheckoutItem, of checkout: Checkout, paidBy charge: TransactionSnapshot) {
        self.init(
            product: line.charged, sku: line.sku, taxCode: line.taxCode, quantity: line.quantity,
            unitPrice: line.unitPrice, shipping: line.shippingPrice, currency: checkout.currency,
            billingInterval: line.billingInterval ?? "monthly", totalCycles: line.billingCycles,
            campaignInternalID: checkout.campaignInternalID, campaignName: checkout.campaignName,
            attribution: checkout.attribution, person: checkout.contact.person, address: checkout.contact.shipping,
            isTest: checkout.isTest, requiresShipping: line.requiresShipping,
            gatewayID: charge.gatewayID)
    }
}
