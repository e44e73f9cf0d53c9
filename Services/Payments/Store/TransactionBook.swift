import Messaging
import Postgres
import Schema

/// The only way to change transactions: each verb writes the rows, their postings and the events that tell of them.
struct TransactionBook: Sendable {
    let store: TransactionStore
    let tasks: TaskStore
    let vault: VaultStore
    let outbox: Outbox
    let keyring: DataKeyring
    private let ledger = LedgerStore()
    /// nil where no tax service wants to hear of anything.
    private let taxPostings: TaxPostingStore?
    /// How long until a gateway that does not know is asked again.
    let reconcileInterval: Duration
    /// How long a task is its owner's; renewed while that lives.
    let lease: Duration

    init(
        store: TransactionStore, tasks: TaskStore, vault: VaultStore, outbox: Outbox, keyring: DataKeyring,
        settings: PaymentSettings
    ) {
        self.store = store
        self.tasks = tasks
        self.vault = vault
        self.outbox = outbox
        self.keyring = keyring
        taxPostings =
            settings.taxJar.map { _ in TaxPostingStore(database: store.database, keyring: keyring) }
        reconcileInterval = settings.reconcileInterval
        lease = settings.lease
    }

    // MARK: Requests

    /// Records a charge, and that this process is to make it.
    ///
    /// - Parameter parts: What its tax is made of, where that is known by now.
    func request(
        _ charge: ChargeRequested, taxedBy parts: TaxParts? = nil, of account: AccountID, command: String,
        in transaction: PostgresTransaction
    ) throws -> PaymentTask {
        let email = try keyring.open(charge.context.customer).email.lowercased()
        let total = try charge.total()
        try store.insert(
            charge, taxedBy: parts, total: total, email: email, of: account, command: command, lease: lease, at: .now(),
            in: transaction)
        let isKnown = charge.tax != nil || charge.taxQuestion == nil
        return task(
            .charge(charge), on: charge.transactionID, of: account,
            bill: isKnown ? PaymentBill(total: total, email: email) : nil)
    }

    /// Records that a charge is to be captured.
    ///
    /// - Returns: nil if there is nothing to capture, or any more.
    func request(
        _ capture: CaptureRequested, of account: AccountID, command: String, in transaction: PostgresTransaction
    ) async throws -> PaymentTask? {
        try await request(
            .capture(capture), onOpen: capture.transactionID, of: account, command: command, in: transaction)
    }

    /// Records that a charge is no longer wanted.
    ///
    /// - Returns: nil if it was taken already, or came to nothing.
    func request(
        _ void: VoidRequested, of account: AccountID, command: String, in transaction: PostgresTransaction
    ) async throws -> PaymentTask? {
        try await request(.void(void), onOpen: void.transactionID, of: account, command: command, in: transaction)
    }

    /// Records what is to be done to a charge that waits for the buyer, or to be captured.
    private func request(
        _ command: PaymentTask.Command, onOpen id: TransactionID, of account: AccountID, command text: String,
        in transaction: PostgresTransaction
    ) async throws -> PaymentTask? {
        guard let charge = try await store.lock([id], in: transaction)[id], charge.account == account,
            charge.status == .pendingRedirect || charge.status == .authorized
        else { return nil }
        let task = task(command, on: charge.id, of: account)
        tasks.insert(task, command: text, lease: lease, in: transaction)
        return task
    }

    /// Records a refund, its amount set aside under the charge's lock. One that went outside is done with that; one that
    /// the charge does not allow is answered with ``RefundRejected`` and leaves no row.
    ///
    /// - Returns: What remains to be done with the gateway.
    func request(
        _ refund: RefundRequested, of account: AccountID, command: String, in transaction: PostgresTransaction
    ) async throws -> PaymentTask? {
        let known = try await store.lock([refund.transactionID, refund.refundID], in: transaction)
        guard var charge = known[refund.transactionID], charge.account == account else {
            throw UnknownTransaction(id: refund.transactionID)
        }
        guard known[refund.refundID] == nil else { return nil }
        let part: (amount: Int64, tax: Int64)
        do {
            part = try charge.reserve(refund.amount, at: .now())
        } catch {
            try await reject(refund, of: charge, because: error, in: transaction)
            return nil
        }
        store.save([charge], in: transaction)
        store.insert(refund, of: charge, amount: part.amount, tax: part.tax, at: .now(), in: transaction)
        guard refund.isExternal || charge.method == .external else {
            let task = task(.refund(refund), on: refund.refundID, of: account)
            tasks.insert(task, command: command, lease: lease, in: transaction)
            return task
        }
        let outcome = PaymentOutcome(
            transaction: refund.refundID, parent: charge.id,
            answer: GatewayAnswer(verdict: .completed, response: "Refunded outside."), gateway: nil)
        try await settle([outcome], in: transaction)
        return nil
    }

    private func task(
        _ command: PaymentTask.Command, on id: TransactionID, of account: AccountID, bill: PaymentBill? = nil
    ) -> PaymentTask {
        PaymentTask(
            transaction: id, account: account, command: command, bill: bill, trace: TraceContext.current,
            isRetry: false)
    }

    private func reject(
        _ refund: RefundRequested, of charge: PaymentTransaction, because refusal: RefundRefusal,
        in transaction: PostgresTransaction
    ) async throws {
        let refused = PaymentTransaction(
            refusing: refund, of: charge, number: try await store.nextNumber(in: transaction), because: refusal,
            at: .now())
        try announce(.refundRejected, of: refused, givenBack: charge.refunded, in: transaction)
    }

    // MARK: Outcomes

    /// Takes in outcomes, whoever brings them. Under the transactions' locks, only the first of several for the same
    /// thing has an effect: one capture, one posting of each movement, one event.
    ///
    /// - Returns: What was announced.
    @discardableResult
    func settle(
        _ outcomes: [PaymentOutcome], in transaction: PostgresTransaction
    ) async throws -> [TransactionChange.Announcement] {
        let ids = Set(outcomes.map(\.transaction) + outcomes.compactMap(\.parent))
        var settling = Settling(rows: try await store.lock(ids, in: transaction))
        for outcome in outcomes { settling.take(outcome, at: .now()) }
        store.save(settling.changed.compactMap { settling.rows[$0] }, in: transaction)
        ledger.post(settling.entries, in: transaction)
        vault.save(settling.savedCards, in: transaction)
        taxPostings?.enqueue(settling.news, in: transaction)
        tasks.finish(settling.finished, in: transaction)
        tasks.postpone(settling.open, by: reconcileInterval, in: transaction)
        for news in settling.news {
            try TraceContext.$current.withValue(news.trace) {
                try announce(news.announcement, of: news.transaction, givenBack: news.givenBack, in: transaction)
            }
        }
        return settling.news.map(\.announcement)
    }

    private func announce(
        _ announcement: TransactionChange.Announcement, of subject: PaymentTransaction, givenBack: Int64,
        in transaction: PostgresTransaction
    ) throws {
        let snapshot = try subject.snapshot(givenBack: givenBack, sealedWith: keyring)
        func append(_ event: some Event) throws {
            try outbox.append(
                event, subject: subject.id.description, sequence: subject.sequence, account: subject.account,
                in: transaction)
        }
        switch announcement {
        case .pending: try append(PaymentPending(transaction: snapshot))
        case .authorized: try append(PaymentAuthorized(transaction: snapshot))
        case .completed: try append(PaymentCompleted(transaction: snapshot))
        case .declined: try append(PaymentDeclined(transaction: snapshot))
        case .voided: try append(PaymentVoided(transaction: snapshot))
        case .chargeback: try append(ChargebackReceived(transaction: snapshot))
        case .refundCompleted: try append(RefundCompleted(transaction: snapshot))
        case .refundRejected: try append(RefundRejected(transaction: snapshot))
        }
    }
}

/// A command names a transaction that this service does not have.
struct UnknownTransaction: Error, Hashable, CustomStringConvertible {
    let id: TransactionID

    var description: String { "there is no transaction \(id)" }
}
