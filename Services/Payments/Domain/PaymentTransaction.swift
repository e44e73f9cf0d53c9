import Schema

/// A charge or a refund, from its request to its end.
struct PaymentTransaction: Sendable, Equatable {
    enum Kind: String, Sendable { case charge, refund }

    let id: TransactionID
    let account: AccountID
    let kind: Kind
    /// Of a refund: the charge.
    let parent: TransactionID?
    let order: OrderID
    let number: String
    let method: PaymentMethod
    /// What it was for and whose; the same for a charge and its refunds.
    let context: PurchaseContext
    let currency: Currency
    /// Of a refund: whether the money went another way than through the gateway.
    let isExternal: Bool
    /// In minor units; below zero for a refund, its shares too.
    private(set) var amount: Int64
    private(set) var tax: Int64
    private(set) var taxRate: String
    /// Whether the tax is still to be computed.
    private(set) var isTaxPending: Bool
    private(set) var status: TransactionStatus
    /// Of a charge: given back, in minor units.
    private(set) var refunded: Int64
    /// Of a charge: on its way back.
    private(set) var refunding: Int64
    private(set) var gateway: GatewayProfile?
    private(set) var card: CardSummary?
    private(set) var externalID: String?
    private(set) var response: String?
    private(set) var declineCode: String?
    private(set) var redirectURL: String?
    private(set) var payerEmail: String?
    /// The number of its latest event, 0 before the first.
    private(set) var sequence: Int64
    let createdAt: Timestamp
    private(set) var updatedAt: Timestamp
    /// Whether a tax service is to hear of it.
    var isTaxReported = false
    /// What a charge's tax is made of; nil where that is not known.
    private(set) var taxParts: TaxParts?

    /// What may still be given back.
    var refundable: Int64 {
        switch status {
        case .completed, .partiallyRefunded: amount - refunded - refunding
        default: 0
        }
    }

    /// Whether nothing but a dispute or a refund can change it any more.
    var isSettled: Bool {
        ![.pending, .processing, .pendingRedirect, .authorized].contains(status)
    }
}

/// What a transaction is for, as its request said it.
struct PurchaseContext: Sendable, Equatable {
    var orderNumber: String
    var customerNumber: String
    /// Lower-cased.
    var email: String
    var campaignInternalID: String
    var campaignName: String
    var attribution: Attribution
    var products: [ChargedProduct]
    var isUpsell: Bool
    var upsellDepth: Int
    var isTest: Bool
    var alternativePaymentID: Int64?
    var subscriptionNumber: String?
}

/// What a change of a transaction makes necessary.
struct TransactionChange: Sendable, Equatable {
    /// How the change is announced.
    enum Announcement: Sendable, Equatable {
        case pending, authorized, completed, declined, voided, chargeback
        case refundCompleted, refundRejected
    }

    var announcement: Announcement
    /// What the books are to say of it.
    var movements: [LedgerMovement] = []
}

// MARK: - Charges

extension PaymentTransaction {
    /// Notes which tax was computed. The total follows.
    mutating func assess(_ computed: ComputedTax) {
        guard isTaxPending else { return }
        amount += computed.amount - tax
        tax = computed.amount
        taxRate = computed.rate
        taxParts = computed.parts.isEmpty ? nil : computed.parts
        isTaxPending = false
    }

    /// Takes in what a gateway says of the charge, whoever asked it: the runner, the reconciler or a webhook. Only the
    /// first to bring an outcome changes anything.
    ///
    /// - Returns: nil if that is no news.
    mutating func settle(
        _ answer: GatewayAnswer, by profile: GatewayProfile?, charging saved: CardSummary? = nil, at time: Timestamp
    ) -> TransactionChange? {
        guard kind == .charge, let (next, change) = outcome(of: answer) else { return nil }
        status = next
        gateway = profile ?? gateway
        externalID = answer.externalID ?? externalID
        response = answer.response ?? response
        card = card ?? saved
        payerEmail = answer.payerEmail ?? payerEmail
        declineCode = if case .declined(let code) = answer.verdict { code } else { nil }
        if case .redirect(let url) = answer.verdict { redirectURL = url }
        advance(at: time)
        return change
    }

    private func outcome(of answer: GatewayAnswer) -> (TransactionStatus, TransactionChange)? {
        switch (answer.verdict, status) {
        case (.completed, .pending), (.completed, .processing), (.completed, .pendingRedirect):
            (.completed, .init(announcement: .completed, movements: captureMovements(fee: answer.fee)))
        case (.completed, .authorized):
            (
                .completed,
                .init(
                    announcement: .completed,
                    movements: captureMovements(fee: answer.fee, releasing: amount))
            )
        case (.authorized, .pending), (.authorized, .processing), (.authorized, .pendingRedirect):
            (.authorized, .init(announcement: .authorized, movements: [.authorise(amount)]))
        case (.redirect, .pending), (.redirect, .processing):
            (.pendingRedirect, .init(announcement: .pending))
        case (.pending, .pending):
            (.processing, .init(announcement: .pending))
        // The buyer can still approve.
        case (.declined(code: PaymentDecline.notApproved), .pendingRedirect):
            (.pendingRedirect, .init(announcement: .pending))
        case (.declined, .pending), (.declined, .processing), (.declined, .pendingRedirect):
            (.declined, .init(announcement: .declined))
        case (.declined, .authorized):
            (.declined, .init(announcement: .declined, movements: [.void(authorized: amount)]))
        case (.voided, .pending), (.voided, .processing), (.voided, .pendingRedirect):
            (.voided, .init(announcement: .voided))
        case (.voided, .authorized):
            (.voided, .init(announcement: .voided, movements: [.void(authorized: amount)]))
        case (.voided, .completed) where refunded == 0 && refunding == 0:
            (
                .voided,
                .init(
                    announcement: .voided,
                    movements: [.void(captured: amount, tax: tax, through: moneyAccount)])
            )
        case (.chargeback, .completed), (.chargeback, .partiallyRefunded):
            (.chargeback, .init(announcement: .chargeback, movements: [.chargeback(amount - refunded)]))
        default: nil
        }
    }

    private func captureMovements(fee: Int64?, releasing held: Int64 = 0) -> [LedgerMovement] {
        [.capture(amount, to: moneyAccount, releasing: held), .tax(tax)] + (fee.map { [.fee($0)] } ?? [])
    }

    /// Where the money of this transaction is seen next.
    private var moneyAccount: LedgerAccount { method == .external || isExternal ? .externalClearing : .gatewayClearing }
}

// MARK: - Refunds

extension PaymentTransaction {
    /// Sets an amount aside for a refund that is about to be made, so that no other can take it.
    ///
    /// - Parameter wanted: nil takes all that is left.
    /// - Returns: The amount and its share of the tax, both above zero or, the tax, zero.
    mutating func reserve(
        _ wanted: Int64?, at time: Timestamp
    ) throws(RefundRefusal) -> (amount: Int64, tax: Int64) {
        guard kind == .charge, [.completed, .partiallyRefunded].contains(status) else {
            throw status == .refunded || status == .externallyRefunded ? .nothingLeft : .notRefundable
        }
        guard refundable > 0 else { throw .nothingLeft }
        let sum = wanted ?? refundable
        guard sum > 0, sum <= refundable else { throw .moreThanCharged }
        // Shares of the running total: whatever the parts, the shares of all of them are the whole tax.
        let before = share(ofTaxIn: refunded + refunding)
        refunding += sum
        updatedAt = max(time, updatedAt)
        return (sum, share(ofTaxIn: refunded + refunding) - before)
    }

    private func share(ofTaxIn part: Int64) -> Int64 {
        guard amount > 0 else { return 0 }
        return tax.part(of: amount, times: part)
    }

    /// Takes in that a refund of this charge has come to its end.
    mutating func conclude(_ refund: PaymentTransaction, at time: Timestamp) {
        let sum = -refund.amount
        refunding -= sum
        updatedAt = max(time, updatedAt)
        guard refund.status == .refunded || refund.status == .externallyRefunded else { return }
        refunded += sum
        if status == .completed || status == .partiallyRefunded {
            status = refunded < amount ? .partiallyRefunded : refund.isExternal ? .externallyRefunded : .refunded
        }
    }

    /// Takes in what a gateway says of this refund.
    ///
    /// - Returns: nil if that is no news.
    mutating func settleRefund(_ answer: GatewayAnswer, at time: Timestamp) -> TransactionChange? {
        guard kind == .refund, status == .pending || status == .processing else { return nil }
        let change: TransactionChange
        switch answer.verdict {
        case .completed:
            status = isExternal ? .externallyRefunded : .refunded
            change = TransactionChange(
                announcement: .refundCompleted,
                movements: [.refund(-amount, from: moneyAccount, isExternal: isExternal), .tax(tax)])
        case .declined(let code):
            status = .declined
            declineCode = code
            change = TransactionChange(announcement: .refundRejected)
        case .pending where status == .pending:
            status = .processing
            change = TransactionChange(announcement: .pending)
        default: return nil
        }
        externalID = answer.externalID ?? externalID
        response = answer.response ?? response
        advance(at: time)
        return change
    }

    /// A refund that its charge does not allow: it is told of and not kept.
    init(
        refusing request: RefundRequested, of charge: PaymentTransaction, number: String,
        because refusal: RefundRefusal, at time: Timestamp
    ) {
        self.init(
            id: request.refundID, account: charge.account, kind: .refund, parent: charge.id, order: charge.order,
            number: number, method: charge.method, context: charge.context, currency: charge.currency,
            isExternal: request.isExternal, amount: -(request.amount ?? charge.refundable), tax: 0,
            taxRate: charge.taxRate, isTaxPending: false, status: .failed, refunded: 0, refunding: 0,
            gateway: charge.gateway, card: charge.card, externalID: nil, response: refusal.message,
            declineCode: refusal.rawValue, redirectURL: nil, payerEmail: nil, sequence: 1, createdAt: time,
            updatedAt: time)
    }

    private mutating func advance(at time: Timestamp) {
        sequence += 1
        updatedAt = max(time, updatedAt)
    }
}

/// Why a refund is refused without asking a gateway.
enum RefundRefusal: String, Error, Sendable {
    /// Nothing was charged: declined, not yet captured, voided.
    case notRefundable = "not_refundable"
    case nothingLeft = "already_refunded"
    case moreThanCharged = "amount_too_large"

    /// For people.
    var message: String {
        switch self {
        case .notRefundable: "The transaction cannot be refunded."
        case .nothingLeft: "The transaction has already been refunded."
        case .moreThanCharged: "The amount is more than what is left to refund."
        }
    }
}

/// Codes of declines that are ours, not a gateway's.
enum PaymentDecline {
    /// The buyer has not approved in the wallet, so that nothing can be captured yet.
    static let notApproved = "not_approved"
    static let noSavedCard = "no_saved_payment_method"
    static let cardUnreadable = "card_unreadable"
    static let brandNotAllowed = "card_brand_not_allowed"
    static let amountTooSmall = "amount_too_small"
    static let amountTooLarge = "amount_too_large"
    static let taxUnavailable = "tax_unavailable"
    static let gatewayUnavailable = "gateway_unavailable"
    /// The account offers no such alternative payment.
    static let noAlternativePayment = "no_such_alternative_payment"
}
