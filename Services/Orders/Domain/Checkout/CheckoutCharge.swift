import Schema

/// What was asked of payments, and what has become of it.
struct CheckoutCharge: Sendable, Equatable {
    /// What it is for.
    enum Purpose: String, Sendable {
        /// The order's first lines.
        case order
        /// Lines that are added to a paid order.
        case upsell
        /// A subscription's next cycle.
        case renewal
        /// Money that goes back.
        case refund
        /// Money for an order that was paid or called off before it came: it goes back, and counts for nothing.
        case surplus
    }

    let id: TransactionID
    let account: AccountID
    let orderID: OrderID
    var purpose: Purpose
    /// Of a refund: the charge.
    let parentID: TransactionID?
    /// What it adds to the order; of the tax, the snapshot knows.
    let totals: CheckoutTotals
    /// What has been given back of it, in minor units.
    var refunded: Int64
    /// The subscription that it has opened.
    var subscriptionNumber: String?
    /// Of the event that the snapshot comes from; 0 before the first.
    var sequence: Int64
    /// What payments says of it; nil before it has said anything.
    var snapshot: TransactionSnapshot?

    /// nil stands for what was asked and not answered.
    var status: TransactionStatus? { snapshot?.status }

    /// Whether it may still come to something without being asked again.
    var isOpen: Bool {
        switch status {
        case nil, .pending, .processing: true
        default: false
        }
    }

    /// Whether money has come in, whatever has become of it.
    var hasPaid: Bool { status.map { Self.paidStatuses.contains($0) } ?? false }

    private static let paidStatuses: Set<TransactionStatus> = [
        .completed, .partiallyRefunded, .refunded, .externallyRefunded, .chargeback,
    ]

    /// Whether it is part of what the order comes to.
    var countsForOrder: Bool { purpose == .order || purpose == .upsell }

    /// Whether money came in and is not all back.
    var isRefundable: Bool { purpose != .refund && (status == .completed || status == .partiallyRefunded) }

    /// Whether it was paid the way that a payment is to be: with the same card, or from the same account elsewhere.
    func isPaid(with payment: PreparedPayment) -> Bool {
        guard let snapshot, snapshot.method == payment.method else { return false }
        return payment.cardSummary == nil || payment.cardSummary == snapshot.card
    }

    /// Whether it waits for the buyer, or for somebody to take what was promised.
    var isCapturable: Bool {
        purpose == .order && (status == .pendingRedirect || status == .authorized)
    }
}

extension TransactionSnapshot {
    /// Whether nobody has to wait for the next word on it.
    var isAnswer: Bool { status != .pending && status != .processing }
}
