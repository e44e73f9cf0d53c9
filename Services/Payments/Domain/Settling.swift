import Schema

/// Works out what a batch of outcomes makes of the transactions that it is about, without I/O.
struct Settling: Sendable {
    /// Something to be announced, as the transaction was right after it.
    struct News: Sendable {
        let announcement: TransactionChange.Announcement
        let transaction: PaymentTransaction
        /// What has been refunded of the charge in all.
        let givenBack: Int64
        let trace: TraceContext?
    }

    private(set) var rows: [TransactionID: PaymentTransaction]
    private(set) var changed: Set<TransactionID> = []
    private(set) var entries: [LedgerEntry] = []
    private(set) var savedCards: [(owner: VaultOwner, card: SavedCard)] = []
    private(set) var news: [News] = []
    /// Whose tasks are done.
    private(set) var finished: [TransactionID] = []
    /// Whose gateways must be asked again.
    private(set) var open: [TransactionID] = []

    /// - Parameter rows: The transactions of all outcomes and, of refunds, their charges.
    init(rows: [TransactionID: PaymentTransaction]) {
        self.rows = rows
    }

    /// Takes in one outcome.
    mutating func take(_ outcome: PaymentOutcome, at time: Timestamp) {
        guard var subject = rows[outcome.transaction] else { return }
        let change =
            switch subject.kind {
            case .charge:
                subject.settle(
                    outcome.answer, by: outcome.gateway, charging: outcome.saved?.summary, at: time)
            case .refund: subject.settleRefund(outcome.answer, at: time)
            }
        if subject.isSettled || (!outcome.isNotice && outcome.answer.verdict != .pending) {
            finished.append(subject.id)
        } else if !outcome.isNotice {
            open.append(subject.id)
        }
        guard let change else { return }
        rows[subject.id] = subject
        changed.insert(subject.id)
        entries += change.movements.filter { !$0.postings.isEmpty }.map {
            LedgerEntry(transaction: subject.id, account: subject.account, currency: subject.currency, movement: $0)
        }
        var givenBack = subject.refunded
        if let parent = subject.parent, var charge = rows[parent] {
            if subject.isSettled {
                charge.conclude(subject, at: time)
                rows[parent] = charge
                changed.insert(parent)
            }
            givenBack = charge.refunded
        }
        keep(outcome, of: subject, after: change)
        news.append(
            News(
                announcement: change.announcement, transaction: subject, givenBack: givenBack, trace: outcome.trace))
    }

    /// The customer's next charge may use the card that has just worked.
    private mutating func keep(
        _ outcome: PaymentOutcome, of subject: PaymentTransaction, after change: TransactionChange
    ) {
        guard let card = outcome.saved, let gateway = outcome.gateway,
            change.announcement == .completed || change.announcement == .authorized
        else { return }
        let owner = VaultOwner(
            account: subject.account, customerNumber: subject.context.customerNumber, gateway: gateway.id)
        savedCards.append((owner, card))
    }
}
