import Edge
import Messaging
import Postgres
import Schema

/// The only way to change fulfillments: each verb writes them and appends the events that tell of it.
struct FulfillmentBook: FulfillmentKeeping {
    let store: FulfillmentStore
    private let plans = FulfillmentPlanStore()
    private let customers = CustomerNumbers()
    private let groups: ShippingGroups
    private let outbox: Outbox
    private let keyring: DataKeyring

    init(database: PostgresDatabase, outbox: Outbox, keyring: DataKeyring) {
        store = FulfillmentStore(database: database)
        groups = ShippingGroups(keyring: keyring)
        self.outbox = outbox
        self.keyring = keyring
    }

    // MARK: Creating

    /// All that is to be sent of an order goes to one address, so it is one fulfillment: now, or after the campaign's
    /// delay.
    func plan(_ checkout: Checkout, items: [CheckoutItem], in transaction: Transaction) async throws {
        let items = items.filter { $0.requiresShipping && $0.isAdded }
        guard !items.isEmpty else { return }
        try await plan(
            FulfillmentPlan(items, of: checkout), campaign: checkout.campaignInternalID, of: checkout.account,
            from: checkout.completedAt ?? .now(), in: transaction)
    }

    /// What a subscription's next cycle brings goes out as the order did, after the campaign's delay.
    func plan(
        renewal subscription: Subscription, paidBy charge: TransactionID, in transaction: Transaction
    ) async throws {
        guard subscription.plan.requiresShipping == true else { return }
        try await plan(
            FulfillmentPlan(renewing: subscription, paidBy: charge), campaign: subscription.plan.campaignInternalID,
            of: subscription.account, from: .now(), isRenewal: true, in: transaction)
    }

    private func plan(
        _ plan: FulfillmentPlan, campaign: String, of account: AccountID, from time: Timestamp,
        isRenewal: Bool = false, in transaction: Transaction
    ) async throws {
        let delay = try await plans.delay(of: campaign, account: account, in: transaction)
        let due = DueFulfillment(account: account, plan: plan, dueAt: time + delay, isRenewal: isRenewal)
        if delay == .zero {
            try await create(due, in: transaction)
        } else {
            try plans.insert(due, in: transaction)
        }
    }

    /// Creates what is due.
    ///
    /// - Returns: How much there was; less than `limit` if no more is left.
    func createDue(limit: Int, at time: Timestamp = .now()) async throws -> Int {
        try await store.database.withTransaction { transaction in
            let due = try await plans.takeDue(limit: limit, at: time, in: transaction)
            for plan in due.compactMap(\.self) { try await create(plan, in: transaction) }
            return due.count
        }
    }

    private func create(_ due: DueFulfillment, in transaction: Transaction) async throws {
        let (serial, number) = try await store.nextNumber(in: transaction)
        let fulfillment = Fulfillment(
            creating: due.plan, serial: serial, number: number,
            shippingGroup: groups.group(customerNumber: due.plan.customerNumber, address: due.plan.address),
            account: due.account, scheduledAt: due.dueAt, at: .now())
        try store.insert(fulfillment, in: transaction)
        try append(FulfillmentCreated(fulfillment: fulfillment.snapshot), of: fulfillment, in: transaction)
    }

    // MARK: Sending

    /// Notes a parcel of an order. What waits for its delay is created first: it is on its way already.
    func ship(
        _ order: OrderID, _ shipment: Shipment, of account: AccountID, in transaction: Transaction
    ) async throws {
        for due in try await plans.take(ofOrder: order, account: account, in: transaction) {
            try await create(due, in: transaction)
        }
        let fulfillments = try await store.lock(ofOrder: order, account: account, in: transaction)
        for var fulfillment in fulfillments.carried(by: shipment) where fulfillment.ship(shipment) {
            store.update(fulfillment, in: transaction)
            var event = FulfillmentShipped(fulfillment: fulfillment.snapshot)
            event.recipient = try keyring.seal(Buyer(name: fulfillment.plan.name, email: fulfillment.plan.email))
            try append(event, of: fulfillment, in: transaction)
        }
    }

    /// Calls off what is sent of an order.
    func cancel(
        order: OrderID, of account: AccountID, reason: String, in transaction: Transaction
    ) async throws {
        for due in try await plans.take(ofOrder: order, account: account, in: transaction) {
            try await create(due, in: transaction)
        }
        let fulfillments = try await store.lock(ofOrder: order, account: account, in: transaction)
        _ = try cancel(fulfillments, reason: reason, in: transaction)
    }

    // MARK: Cancelling

    func cancelAll(
        of customerNumber: String, account: AccountID, reason: String, in transaction: Transaction
    ) async throws -> [String] {
        let fulfillments = try await lockAll(of: customerNumber, account: account, in: transaction)
        return try cancel(fulfillments, reason: reason, in: transaction).map(\.number)
    }

    /// Cancels what a request names: one fulfillment, or all that a customer has and can cancel.
    ///
    /// - Throws: `RequestError` when there is no such customer or fulfillment, or nothing to cancel.
    func cancel(
        _ request: Cancellation, of account: AccountID, in transaction: Transaction
    ) async throws -> Cancelled<Fulfillment> {
        let target = try await request.target(of: "fulfillment") {
            try await store.owner(of: $0, account: account, in: transaction)
        } isCustomer: {
            try await customers.contains($0, of: account, in: transaction)
        }
        let fulfillments =
            if let number = target.number {
                try await store.lockCancelable(of: target.customer, account: account, in: transaction)
                    .filter { $0.number == number }
            } else {
                try await lockAll(of: target.customer, account: account, in: transaction)
            }
        guard !fulfillments.isEmpty else {
            throw RequestError.rejected(
                code: "nothing_to_cancel",
                message: target.number == nil
                    ? "No cancelable fulfillments found" : "The fulfillment cannot be canceled")
        }
        return Cancelled(
            customerID: try await customers.id(of: target.customer, account: account, in: transaction),
            customerNumber: target.customer,
            items: try cancel(fulfillments, reason: request.reason, in: transaction))
    }

    /// All that a customer has and can cancel. What waits for its delay is created first, so that its cancellation is
    /// seen and nothing is sent later.
    private func lockAll(
        of customerNumber: String, account: AccountID, in transaction: Transaction
    ) async throws -> [Fulfillment] {
        for due in try await plans.take(of: customerNumber, account: account, in: transaction) {
            try await create(due, in: transaction)
        }
        return try await store.lockCancelable(of: customerNumber, account: account, in: transaction)
    }

    private func cancel(
        _ fulfillments: [Fulfillment], reason: String, in transaction: Transaction
    ) throws -> [Fulfillment] {
        for var fulfillment in fulfillments where fulfillment.cancel(because: reason, at: .now()) {
            store.update(fulfillment, in: transaction)
            try append(FulfillmentCancelled(fulfillment: fulfillment.snapshot), of: fulfillment, in: transaction)
        }
        return fulfillments
    }

    private func append(
        _ event: some FulfillmentEvent, of fulfillment: Fulfillment, in transaction: Transaction
    ) throws {
        try outbox.append(
            event, subject: fulfillment.id.description, sequence: fulfillment.sequence, account: fulfillment.account,
            in: transaction)
    }
}

extension FulfillmentPlan {
    fileprivate init(_ items: [CheckoutItem], of checkout: Checkout) {
        let person = checkout.contact.person
        self.init(
            orderID: checkout.orderID, orderNumber: checkout.number, customerNumber: checkout.customerNumber,
            email: person.email, name: "\(person.firstName) \(person.lastName)", address: checkout.contact.shipping,
            items: items.map { item in
                FulfillmentItem(
                    productNumber: item.productNumber, name: item.name, sku: item.sku, quantity: item.quantity,
                    unitPrice: item.unitPrice)
            },
            shipping: items.reduce(0) { $0 + $1.shippingPrice }, currency: checkout.currency,
            transaction: items.lazy.compactMap(\.transactionID).first)
    }

    fileprivate init(renewing subscription: Subscription, paidBy charge: TransactionID) {
        let plan = subscription.plan
        self.init(
            orderID: subscription.orderID, orderNumber: subscription.orderNumber,
            customerNumber: subscription.customerNumber, email: plan.person.email,
            name: "\(plan.person.firstName) \(plan.person.lastName)", address: plan.address,
            items: [
                FulfillmentItem(
                    productNumber: plan.product.number, name: plan.product.name, sku: plan.sku,
                    quantity: plan.quantity, unitPrice: plan.unitPrice)
            ],
            shipping: plan.shipping, currency: plan.currency, transaction: charge)
    }
}
