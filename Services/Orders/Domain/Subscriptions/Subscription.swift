import FoundationEssentials
import Schema

/// How far a subscription has come.
enum SubscriptionStatus: String, CaseIterable, Sendable {
    case active, paused, cancelled, completed
    /// The last charge was declined; it is tried again.
    case pastDue = "past_due"

    var isCancelable: Bool { self == .active || self == .paused || self == .pastDue }
}

/// What never changes in a subscription. Personal data in it stays in this service.
struct SubscriptionPlan: Codable, Equatable, Sendable {
    var product: ChargedProduct
    var sku: String?
    var taxCode: String?
    var quantity: Int
    /// The price of one, in minor units of the currency.
    var unitPrice: Int64
    /// What shipping one cycle costs.
    var shipping: Int64
    var currency: Currency
    /// In the campaign's words.
    var billingInterval: String
    /// After how many charges it ends; nil for no end.
    var totalCycles: Int?
    var campaignInternalID: String
    var campaignName: String
    var attribution: Attribution
    var person: CheckoutPerson
    var address: PostalAddress
    var isTest: Bool
    /// Whether each cycle is sent; nil in plans of before this was known.
    var requiresShipping: Bool?
    /// Where the first cycle was paid, so that its card is on file there; nil as well.
    var gatewayID: Int64?

    /// What the items of one cycle cost. The parts were bounded when the order came in.
    var amount: Int64 { unitPrice * Int64(quantity) }
    var interval: BillingInterval { BillingInterval(billingInterval) }
}

/// Something a customer is charged for again and again.
///
/// Each mutating method is one step of its life, answers whether it was taken, and takes the next sequence number where
/// an event tells of it.
struct Subscription: Equatable, Sendable {
    let id: SubscriptionID
    let account: AccountID
    /// Of the latest event, starting at 1.
    private(set) var sequence: Int64 = 1
    let number: String
    let orderID: OrderID
    /// The order's line that opened it.
    let line: Int
    let orderNumber: String
    let customerNumber: String
    private(set) var status: SubscriptionStatus
    /// How often it has been charged.
    private(set) var cycle = 1
    /// When the second cycle is due.
    let renewsFrom: Timestamp
    private(set) var nextBillingAt: Timestamp?
    /// Attempts of the due renewal that were declined.
    private(set) var declines = 0
    /// The charge under way.
    private(set) var charge: TransactionID?
    private(set) var cancelledAt: Timestamp?
    private(set) var reason: String?
    let plan: SubscriptionPlan
    let createdAt: Timestamp
    private(set) var updatedAt: Timestamp

    /// A subscription whose first cycle was just paid.
    init(
        opening plan: SubscriptionPlan, number: String, order: OrderID, line: Int, orderNumber: String,
        customerNumber: String, account: AccountID, trialDays: Int, at time: Timestamp
    ) {
        let start = trialDays > 0 ? time + .seconds(Int64(trialDays) * 86_400) : plan.interval.time(1, after: time)
        let isOver = plan.totalCycles.map { $0 <= 1 } ?? false
        self.init(
            id: SubscriptionID(), account: account, number: number, orderID: order, line: line,
            orderNumber: orderNumber, customerNumber: customerNumber, status: isOver ? .completed : .active,
            renewsFrom: start, nextBillingAt: isOver ? nil : start, plan: plan, createdAt: time, updatedAt: time)
    }

    /// A subscription as it was stored.
    init(
        id: SubscriptionID, account: AccountID, sequence: Int64 = 1, number: String, orderID: OrderID, line: Int,
        orderNumber: String, customerNumber: String, status: SubscriptionStatus, cycle: Int = 1,
        renewsFrom: Timestamp, nextBillingAt: Timestamp?, declines: Int = 0, charge: TransactionID? = nil,
        cancelledAt: Timestamp? = nil, reason: String? = nil, plan: SubscriptionPlan, createdAt: Timestamp,
        updatedAt: Timestamp
    ) {
        self.id = id
        self.account = account
        self.sequence = sequence
        self.number = number
        self.orderID = orderID
        self.line = line
        self.orderNumber = orderNumber
        self.customerNumber = customerNumber
        self.status = status
        self.cycle = cycle
        self.renewsFrom = renewsFrom
        self.nextBillingAt = nextBillingAt
        self.declines = declines
        self.charge = charge
        self.cancelledAt = cancelledAt
        self.reason = reason
        self.plan = plan
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}

extension Subscription {
    /// Begins the charge for the next cycle.
    ///
    /// The charge's id follows from the subscription, the cycle and the attempt: asked for twice, it is one charge. Another
    /// attempt begins only once the last one is known to be declined.
    mutating func renew(at time: Timestamp) -> TransactionID? {
        guard status == .active || status == .pastDue, charge == nil, let due = nextBillingAt, due <= time else {
            return nil
        }
        charge = TransactionID(renewing: id, cycle: cycle + 1, attempt: declines)
        updatedAt = max(time, updatedAt)
        return charge
    }

    /// The charge went through. One that had been called off meanwhile stays so; the money of the cycle has moved.
    mutating func complete(_ paid: TransactionID, at time: Timestamp) -> Bool {
        guard charge == paid else { return false }
        charge = nil
        cycle += 1
        declines = 0
        sequence += 1
        updatedAt = max(time, updatedAt)
        guard status.isCancelable else { return true }
        if let total = plan.totalCycles, cycle >= total {
            status = .completed
            nextBillingAt = nil
        } else {
            status = .active
            nextBillingAt = dueDate(after: time)
        }
        return true
    }

    /// The charge was refused: it is tried again after the schedule's next wait, and called off when there is none left.
    mutating func decline(_ refused: TransactionID, retries: [Duration], at time: Timestamp) -> Bool {
        guard charge == refused else { return false }
        charge = nil
        declines += 1
        updatedAt = max(time, updatedAt)
        guard status.isCancelable else { return true }
        if declines <= retries.count {
            status = .pastDue
            nextBillingAt = time + retries[declines - 1]
            return true
        }
        return cancel(because: Self.unpaid, at: time)
    }

    /// Calls it off. A charge under way is not stopped by that.
    mutating func cancel(because reason: String, at time: Timestamp) -> Bool {
        guard status.isCancelable else { return false }
        status = .cancelled
        self.reason = reason
        cancelledAt = time
        nextBillingAt = nil
        sequence += 1
        updatedAt = max(time, updatedAt)
        return true
    }

    /// The reason of those that were called off because nobody paid.
    static let unpaid = "payment declined"

    /// The next cycle's date, counted from the first renewal so that months of different length do not add up. Nobody pays
    /// for periods that were missed, such as those of a long outage: they are left out.
    private func dueDate(after time: Timestamp) -> Timestamp {
        var due = plan.interval.time(cycle - 1, after: renewsFrom)
        var skipped = 0
        while due <= time {
            skipped += 1
            due = plan.interval.time(cycle - 1 + skipped, after: renewsFrom)
        }
        return due
    }

    /// The subscription as its events carry it.
    var snapshot: SubscriptionSnapshot {
        SubscriptionSnapshot(
            id: id, number: number, orderID: orderID, orderNumber: orderNumber, customerNumber: customerNumber,
            status: status.rawValue, productName: plan.product.name, amount: plan.amount, currency: plan.currency,
            billingInterval: plan.billingInterval, billingCycle: cycle, totalCycles: plan.totalCycles,
            nextBillingAt: nextBillingAt, cancelledAt: cancelledAt, reason: reason)
    }
}

extension ID where Subject == TransactionSubject {
    /// The one id of an attempt to renew a subscription: the subscription's own with cycle and attempt mixed into its
    /// random part.
    init(renewing subscription: SubscriptionID, cycle: Int, attempt: Int) {
        var bytes = subscription.uuid.uuid
        let mark = UInt32(truncatingIfNeeded: cycle << 8 | attempt & 0xFF)
        bytes.12 ^= UInt8(truncatingIfNeeded: mark >> 24)
        bytes.13 ^= UInt8(truncatingIfNeeded: mark >> 16)
        bytes.14 ^= UInt8(truncatingIfNeeded: mark >> 8)
        bytes.15 ^= UInt8(truncatingIfNeeded: mark)
        self.init(uuid: .init(uuid: bytes))
    }
}
