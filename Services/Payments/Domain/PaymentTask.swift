import Schema

/// Something to be done with a gateway, of which this process holds the lease.
struct PaymentTask: Sendable {
    enum Command: Sendable {
        case charge(ChargeRequested)
        case capture(CaptureRequested)
        case void(VoidRequested)
        case refund(RefundRequested)

        /// As the database names it.
        var kind: String {
            switch self {
            case .charge: "charge"
            case .capture: "capture"
            case .void: "void"
            case .refund: "refund"
            }
        }
    }

    /// A process does the same thing to a transaction once at a time.
    struct Key: Hashable, Sendable {
        let transaction: TransactionID
        let kind: String
    }

    let transaction: TransactionID
    let account: AccountID
    let command: Command
    /// What a new charge comes to; nil where it must be read or its tax computed.
    var bill: PaymentBill?
    /// The trace of the request that it is done for.
    let trace: TraceContext?
    /// Whether the gateway may have been asked before, so that it must be looked up first.
    let isRetry: Bool

    var key: Key { Key(transaction: transaction, kind: command.kind) }
}

/// What is charged and who pays.
struct PaymentBill: Sendable {
    var total: Money
    var email: String
    /// The gateway's id, where it has told one.
    var externalID: String?
}

/// What a gateway, or a rule of ours in its place, says of a transaction.
struct PaymentOutcome: Sendable {
    let transaction: TransactionID
    /// Of a refund: its charge.
    var parent: TransactionID?
    let answer: GatewayAnswer
    /// Who says so; nil if nobody was asked.
    let gateway: GatewayProfile?
    /// The card that was charged, as it is kept for the next charge.
    var saved: SavedCard?
    /// Whether the gateway has said so unasked, so that tasks of the transaction go on unless this is its end.
    var isNotice = false
    /// The trace of the work that brought it; it is settled together with others.
    var trace = TraceContext.current
}

extension ChargeRequested {
    /// What is to be charged in all, as far as the tax is known.
    ///
    /// - Throws: `MoneyError` if the sum is out of range.
    func total() throws(MoneyError) -> Money {
        func money(_ amount: Int64) -> Money { Money(minorUnits: amount, currency: currency) }
        return try money(subtotal) + money(shipping) + money(tax ?? 0) - money(discount)
    }
}

extension GatewayAnswer {
    /// A decline that is ours: nobody was asked.
    static func refused(_ code: String, _ message: String) -> GatewayAnswer {
        GatewayAnswer(verdict: .declined(code: code), response: message)
    }

    /// No answer, or that of a gateway that does not know itself.
    static let unknown = GatewayAnswer(verdict: .pending)
}
