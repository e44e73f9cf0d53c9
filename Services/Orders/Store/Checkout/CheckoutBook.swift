import Edge
import Messaging
import Postgres
import Schema

/// The only way to change orders of the checkout: each verb writes the order, its commands to payments, and the events
/// that tell of it. All of them run in the caller's transaction, under the order's lock.
struct CheckoutBook: Sendable {
    let orders: OrderBook
    let store: CheckoutStore
    let campaigns: CampaignStore
    let charges: CheckoutChargeStore
    let coupons: any CouponRedeeming
    let subscriptions: any SubscriptionKeeping
    let fulfillments: any FulfillmentKeeping
    /// How long after its last payment an order closes by itself.
    let closingPause: Duration
    private let customers = CheckoutCustomerStore()
    private let digest: BlacklistDigest

    /// For how long the same cart again goes on with the order that it has begun.
    private static let reuseWindow = Duration.seconds(24 * 3600)
    /// For how long the same order again, paid the same way, is the one that was paid: a button that is pressed twice, or
    /// a client that did not get its answer.
    private static let repetitionWindow = Duration.seconds(120)

    init(
        orders: OrderBook, store: CheckoutStore, campaigns: CampaignStore, charges: CheckoutChargeStore,
        coupons: any CouponRedeeming, subscriptions: any SubscriptionKeeping, fulfillments: any FulfillmentKeeping,
        closingPause: Duration
    ) {
        self.orders = orders
        self.store = store
        self.campaigns = campaigns
        self.charges = charges
        self.coupons = coupons
        self.subscriptions = subscriptions
        self.fulfillments = fulfillments
        self.closingPause = closingPause
        digest = BlacklistDigest(keyring: orders.keyring)
    }

    // MARK: Beginning

    /// Begins an order without a payment, or goes on with the one that the customer has begun.
    func createLead(
        _ submission: CheckoutSubmission, in transaction: Transaction
    ) async throws -> (checkout: Checkout, isReused: Bool) {
        let customer = try await admit(submission, in: transaction)
        if var known = try await openOrder(of: customer, like: submission, [.lead], in: transaction) {
            known.take(submission)
            try store.updateContact(of: known.checkout, in: transaction)
            try store.replaceItems(of: known, in: transaction)
            store.update(known.checkout, in: transaction)
            try orders.note(.noted, of: &known, because: nil, in: transaction)
            return (known.checkout, true)
        }
        var order = CheckoutOrder(submission, by: customer, at: .now())
        try orders.tellLead(&order, in: transaction)
        orders.begin(order.checkout, in: transaction)
        try store.insert(order, in: transaction)
        return (order.checkout, false)
    }

    /// Begins an order with its payment. An unpaid one of the same customer for the same products is gone on with; if its
    /// charge is under way, that is the answer.
    ///
    /// - Parameter isKeyed: Whether a key of the client's own tells this request from others. Without one, it is taken for
    ///   the same as another that was paid a moment ago, and answered with that.
    func createOrder(
        _ submission: CheckoutSubmission, _ terms: ChargeTerms, paying payment: PreparedPayment, isKeyed: Bool,
        in transaction: Transaction
    ) async throws -> ChargeTicket {
        let customer = try await admit(submission, in: transaction)
        let unpaid: [CheckoutStatus] = [.lead, .pendingPayment, .declined]
        if var known = try await openOrder(of: customer, like: submission, unpaid, in: transaction),
            known.sells(submission.cart)
        {
            if let open = known.openPayment { return ChargeTicket(known.checkout, open.id, isReused: true) }
            known.take(submission)
            try store.updateContact(of: known.checkout, in: transaction)
            try await pay(&known, submission.cart, terms, payment, submission.campaign, isNew: false, in: transaction)
            return ChargeTicket(known.checkout, payment.transactionID, isReused: true)
        }
        // Looked for behind those: an order that is paid in this moment is one or the other.
        if !isKeyed,
            let paid = try await paidOrder(of: customer, like: submission, terms, payment, in: transaction)
        {
            return paid
        }
        var order = CheckoutOrder(submission, by: customer, at: .now())
        try await pay(&order, submission.cart, terms, payment, submission.campaign, isNew: true, in: transaction)
        return ChargeTicket(order.checkout, payment.transactionID, isReused: false)
    }

    /// Lets a customer in and tells of new details.
    private func admit(
        _ submission: CheckoutSubmission, in transaction: Transaction
    ) async throws -> CustomerAdmission {
        let person = submission.contact.person
        let customer = try await customers.admit(
            person, entries: digest.entries(of: person), to: submission.caller.account, at: .now(), in: transaction)
        try Self.check(customer.isBlacklisted, customer.declines, submission.campaign)
        if customer.isChanged {
            try orders.outbox.append(
                CheckoutCustomerSaved(
                    customerID: customer.customerID, customerNumber: customer.customerNumber,
                    person: try orders.keyring.seal(person)),
                subject: customer.customerID.description, sequence: customer.sequence,
                account: submission.caller.account, in: transaction)
        }
        return customer
    }

    /// The order that this request has paid, if it was here a moment ago.
    private func paidOrder(
        of customer: CustomerAdmission, like submission: CheckoutSubmission, _ terms: ChargeTerms,
        _ payment: PreparedPayment, in transaction: Transaction
    ) async throws -> ChargeTicket? {
        let account = submission.caller.account
        guard !customer.isNew,
            let id = try await store.paidOrder(
                of: customer.customerID, in: submission.campaign.internalID, currency: submission.currency,
                account: account, since: .now() - Self.repetitionWindow, in: transaction),
            let order = try await store.lock(id, of: account, in: transaction),
            let paid = order.payment, order.sells(submission.cart), paid.isPaid(with: payment),
            terms.couponCode == nil || terms.couponCode == order.checkout.couponCode
        else { return nil }
        return ChargeTicket(order.checkout, paid.id, isReused: true)
    }

    private func openOrder(
        of customer: CustomerAdmission, like submission: CheckoutSubmission, _ statuses: [CheckoutStatus],
        in transaction: Transaction
    ) async throws -> CheckoutOrder? {
        let account = submission.caller.account
        guard !customer.isNew,
            let id = try await store.openOrder(
                of: customer.customerID, in: submission.campaign.internalID, currency: submission.currency,
                account: account, statuses: statuses, since: .now() - Self.reuseWindow, in: transaction),
            let order = try await store.lock(id, of: account, in: transaction),
            // It may have gone on while the lock was waited for.
            statuses.contains(order.checkout.status)
        else { return nil }
        return order
    }

    // MARK: Paying

    /// Asks for the payment of an order that was begun. If one is under way, that is the answer.
    func pay(
        _ number: String, of account: AccountID, _ changes: OrderChanges, with payment: PreparedPayment,
        in transaction: Transaction
    ) async throws -> ChargeTicket {
        guard var order = try await store.lock(number: number, of: account, in: transaction) else {
            throw RequestError.notFound("order")
        }
        guard !order.checkout.status.isPaid else { throw RequestError.alreadyPaid }
        guard !order.checkout.status.isOff else { throw RequestError.orderCancelled }
        if let open = order.openPayment { return ChargeTicket(order.checkout, open.id, isReused: true) }
        let campaign = try await campaign(of: order.checkout, in: transaction)
        guard changes.campaignInternalID.map({ $0 == campaign.internalID }) ?? true else {
            throw RequestError.invalid("campaign_id", "The order belongs to another campaign.")
        }
        if changes.apply(to: &order.checkout.contact) {
            try store.updateContact(of: order.checkout, in: transaction)
        }
        try await checkStanding(of: order.checkout, campaign, in: transaction)
        let currency = order.checkout.currency
        try CheckoutRules.check(campaign, country: order.checkout.contact.shipping.country, currency: currency)
        let requests = try changes.products(currency) ?? order.items.filter { !$0.isUpsell }.map(\.request)
        let cart = try CheckoutRules.cart(requests, of: campaign, kind: .offer, currency: currency)
        try await pay(
            &order, cart, try changes.terms(currency), payment, campaign, isNew: false, in: transaction)
        return ChargeTicket(order.checkout, payment.transactionID, isReused: false)
    }

    /// Writes an order with a cart and asks payments for it.
    private func pay(
        _ order: inout CheckoutOrder, _ cart: Cart, _ terms: ChargeTerms, _ payment: PreparedPayment,
        _ campaign: CampaignSnapshot, isNew: Bool, in transaction: Transaction
    ) async throws {
        var cart = cart
        let code = terms.couponCode ?? order.checkout.couponCode
        if let code {
            let coupon = CouponCart(order.checkout, cart)
            cart.discount(by: try await coupons.redeem(code, for: coupon, in: transaction))
        }
        order.take(cart, terms, couponCode: code, chargedBy: payment.transactionID, at: .now())
        if isNew { orders.begin(order.checkout, in: transaction) }
        try request(.order, of: cart, for: &order, terms, payment, campaign, in: transaction)
        if isNew {
            try store.insert(order, in: transaction)
        } else {
            try store.replaceItems(of: order, in: transaction)
            store.update(order.checkout, in: transaction)
            try orders.note(.noted, of: &order, because: nil, in: transaction)
        }
    }

    /// Adds upsells to a paid order, for one charge on what it was paid with.
    func addUpsells(
        _ upsell: UpsellRequest, to number: String, of account: AccountID, in transaction: Transaction
    ) async throws -> ChargeTicket {
        guard var order = try await store.lock(number: number, of: account, in: transaction) else {
            throw RequestError.notFound("order")
        }
        guard order.checkout.isOpenForUpsells, let paid = order.payment else { throw RequestError.notOpenForUpsells }
        let campaign = try await campaign(of: order.checkout, in: transaction)
        try await checkStanding(of: order.checkout, campaign, in: transaction)
        let currency = order.checkout.currency
        var terms = try upsell.terms(currency)
        // Where the order was paid, its card is on file.
        terms.gatewayID = terms.gatewayID ?? paid.snapshot?.gatewayID
        var cart = try CheckoutRules.cart(
            try upsell.products(currency), of: campaign, kind: .upsell, currency: currency, firstLine: order.nextLine,
            isListed: !upsell.isSingle)
        if let open = order.openUpsell(for: cart) { return ChargeTicket(order.checkout, open.id, isReused: true) }
        if let index = order.duplicate(in: cart, of: campaign) {
            throw CartError.duplicate(index: index).requestError(for: .upsell, isListed: !upsell.isSingle)
        }
        let isExternal = paid.snapshot?.method == .external
        let payment = PreparedPayment(transactionID: TransactionID(), method: isExternal ? .external : .onfile)
        cart.assign(to: payment.transactionID)
        order.items += cart.items
        try store.insert(cart.items, of: order.checkout, in: transaction)
        try request(.upsell, of: cart, for: &order, terms, payment, campaign, in: transaction)
        store.update(order.checkout, in: transaction)
        return ChargeTicket(order.checkout, payment.transactionID, isReused: false)
    }

    /// Publishes the command, and leaves the row that the request waits on.
    private func request(
        _ purpose: CheckoutCharge.Purpose, of cart: Cart, for order: inout CheckoutOrder, _ terms: ChargeTerms,
        _ payment: PreparedPayment, _ campaign: CampaignSnapshot, in transaction: Transaction
    ) throws {
        let amount = Money(
            minorUnits: cart.totals.taxed(terms.tax ?? 0).total, currency: order.checkout.currency)
        if let refusal = campaign.refusal(of: amount, brand: payment.brand) { throw refusal.requestError }
        let sequence = order.checkout.nextCommand()
        let command = try ChargeRequested(
            order.checkout, cart, isUpsell: purpose == .upsell, terms, payment, campaign, sealedWith: orders.keyring)
        try orders.outbox.append(
            command, subject: order.checkout.orderID.description, sequence: sequence, account: order.checkout.account,
            in: transaction)
        let charge = CheckoutCharge(
            id: payment.transactionID, account: order.checkout.account, orderID: order.checkout.orderID,
            purpose: purpose, parentID: nil, totals: cart.totals, refunded: 0, subscriptionNumber: nil, sequence: 0,
            snapshot: nil)
        charges.insert(charge, at: .now(), in: transaction)
    }

    // MARK: Checks

    private func campaign(of checkout: Checkout, in transaction: Transaction) async throws -> CampaignSnapshot {
        let known = try await campaigns.campaign(
            checkout.campaignInternalID, of: checkout.account, in: transaction)
        guard let known else { throw RequestError.notFound("campaign") }
        return known
    }

    private func checkStanding(
        of checkout: Checkout, _ campaign: CampaignSnapshot, in transaction: Transaction
    ) async throws {
        let standing = try await customers.standing(
            of: checkout.customerID, entries: digest.entries(of: checkout.contact.person), account: checkout.account,
            in: transaction)
        try Self.check(standing.isBlacklisted, standing.declines, campaign)
    }

    private static func check(
        _ isBlacklisted: Bool, _ declines: Int, _ campaign: CampaignSnapshot
    ) throws(RequestError) {
        if isBlacklisted { throw .blacklisted }
        if let maximum = campaign.maxCustomerDeclines, declines >= maximum {
            throw CampaignRefusal.tooManyDeclines.requestError
        }
    }
}
