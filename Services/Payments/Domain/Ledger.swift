import Schema

/// An account of the books. Assets and expenses grow with debits (above zero), the others with credits (below).
enum LedgerAccount: String, Sendable, CaseIterable {
    /// Promised by card issuers, not yet taken.
    case authorizationsHeld = "authorizations_held"
    /// What the promises are for: the other side of ``authorizationsHeld``.
    case authorizationsDue = "authorizations_due"
    /// Taken by a gateway and to be paid out by it.
    case gatewayClearing = "gateway_clearing"
    /// Paid outside: bank transfer, cash apps.
    case externalClearing = "external_clearing"
    case sales
    /// Owed to the tax authorities.
    case taxPayable = "tax_payable"
    /// What gateways keep.
    case gatewayFees = "gateway_fees"
    /// Lost to disputes.
    case chargebacks
}

/// One side of an entry: above zero a debit, below a credit, in minor units.
struct LedgerPosting: Sendable, Equatable {
    var account: LedgerAccount
    var amount: Int64
}

/// One movement of money as the books tell it: postings that sum to zero.
struct LedgerMovement: Sendable, Equatable {
    enum Kind: String, Sendable, CaseIterable {
        case authorise, capture, refund
        case externalRefund = "external_refund"
        case void, chargeback, fee, tax
    }

    let kind: Kind
    let postings: [LedgerPosting]

    /// Each transfer credits one account and debits another by the same amount, so that the sum cannot be but zero. An
    /// account that several touch gets one posting; what comes to nothing gets none.
    private init(_ kind: Kind, _ transfers: [(from: LedgerAccount, to: LedgerAccount, amount: Int64)]) {
        self.kind = kind
        var balances: [LedgerAccount: Int64] = [:]
        for transfer in transfers {
            balances[transfer.to, default: 0] += transfer.amount
            balances[transfer.from, default: 0] -= transfer.amount
        }
        postings = LedgerAccount.allCases.compactMap { account in
            guard let amount = balances[account], amount != 0 else { return nil }
            return LedgerPosting(account: account, amount: amount)
        }
    }

    /// An issuer promises an amount.
    static func authorise(_ amount: Int64) -> LedgerMovement {
        LedgerMovement(.authorise, [(.authorizationsDue, .authorizationsHeld, amount)])
    }

    /// An amount is taken, and what was promised of it released.
    static func capture(_ amount: Int64, to account: LedgerAccount, releasing held: Int64) -> LedgerMovement {
        LedgerMovement(
            .capture, [(.sales, account, amount), (.authorizationsHeld, .authorizationsDue, held)])
    }

    /// The tax in a sale is not ours; below zero the tax in a refund, which is owed no more.
    static func tax(_ amount: Int64) -> LedgerMovement {
        LedgerMovement(.tax, [(.taxPayable, .sales, amount)])
    }

    /// A gateway keeps its fee.
    static func fee(_ amount: Int64) -> LedgerMovement {
        LedgerMovement(.fee, [(.gatewayClearing, .gatewayFees, amount)])
    }

    /// An amount above zero is given back.
    static func refund(_ amount: Int64, from account: LedgerAccount, isExternal: Bool) -> LedgerMovement {
        LedgerMovement(isExternal ? .externalRefund : .refund, [(account, .sales, amount)])
    }

    /// A promise is given up.
    static func void(authorized amount: Int64) -> LedgerMovement {
        LedgerMovement(.void, [(.authorizationsHeld, .authorizationsDue, amount)])
    }

    /// What was taken is given up before it was paid out, its tax with it.
    static func void(captured amount: Int64, tax: Int64, through account: LedgerAccount) -> LedgerMovement {
        LedgerMovement(.void, [(account, .sales, amount), (.sales, .taxPayable, tax)])
    }

    /// The buyer's bank takes an amount back.
    static func chargeback(_ amount: Int64) -> LedgerMovement {
        LedgerMovement(.chargeback, [(.gatewayClearing, .chargebacks, amount)])
    }
}

/// A movement of one transaction, as it is entered.
struct LedgerEntry: Sendable {
    var transaction: TransactionID
    var account: AccountID
    var currency: Currency
    var movement: LedgerMovement
}
