import Schema

/// An order of the checkout, from the lead to the last refund. All amounts are minor units of ``currency``.
struct Checkout: Sendable, Equatable {
    let account: AccountID
    let orderID: OrderID
    let number: String
    let customerID: CustomerID
    let customerNumber: String
    let campaignInternalID: String
    let campaignName: String
    var status: CheckoutStatus
    let currency: Currency
    var totals: CheckoutTotals
    /// As decimal text: `0.0875`.
    var taxRate: String
    /// Whether the client gave the tax, so that nobody computes another.
    var isTaxGiven: Bool
    var couponCode: String?
    var attribution: Attribution
    var contact: CheckoutContact
    let isTest: Bool
    let isThrottled: Bool
    /// Whether somebody must look at it before it goes on.
    var isQARequired: Bool
    /// How often it was added to.
    var upsellDepth: Int
    /// How many of its charges were declined.
    var declines: Int
    /// Of the order's latest event.
    var sequence: Int64
    /// Of the latest command to payments about it.
    var commandSequence: Int64
    var lastTransactionAt: Timestamp?
    /// When it closes by itself; nil before it is paid and once it is closed.
    var closesAt: Timestamp?
    var completedAt: Timestamp?
    let createdAt: Timestamp
    var updatedAt: Timestamp

    /// The total with its currency.
    var total: Money { Money(minorUnits: totals.total, currency: currency) }
}

/// How far an order of the checkout has come.
enum CheckoutStatus: String, Sendable {
    /// Begun, and nothing was asked of a card yet.
    case lead
    /// A charge is under way, perhaps waiting for the buyer's approval.
    case pendingPayment = "pending_payment"
    /// Paid; can be added to until it closes.
    case processing
    /// Paid, and held until somebody has looked at it.
    case onHold = "on_hold"
    case completed
    case cancelled
    /// The last charge was refused; another can be tried.
    case declined
    case partiallyRefunded = "partially_refunded"
    case refunded
    /// The buyer's bank has taken money of it back.
    case chargeback
    /// Its payment was called off after it had come in: nothing is owed and nothing is sent.
    case voided

    /// Whether money has come in.
    var isPaid: Bool {
        switch self {
        case .processing, .onHold, .completed, .partiallyRefunded, .refunded, .chargeback: true
        case .lead, .pendingPayment, .declined, .cancelled, .voided: false
        }
    }

    /// Whether nothing comes of it any more.
    var isOff: Bool { self == .cancelled || self == .voided }
}

/// What an order comes to, in minor units.
struct CheckoutTotals: Sendable, Hashable {
    var subtotal: Int64 = 0
    var shipping: Int64 = 0
    var tax: Int64 = 0
    var discount: Int64 = 0

    /// Items, shipping and tax without the discount. The parts are bounded where they come in.
    var total: Int64 { subtotal + shipping + tax - discount }

    static func + (left: CheckoutTotals, right: CheckoutTotals) -> CheckoutTotals {
        CheckoutTotals(
            subtotal: left.subtotal + right.subtotal, shipping: left.shipping + right.shipping,
            tax: left.tax + right.tax, discount: left.discount + right.discount)
    }
}

/// Who buys, where it goes and where the request came from.
struct CheckoutContact: Sendable, Equatable {
    /// As typed.
    var person: CheckoutPerson
    var shipping: PostalAddress
    var billing: PostalAddress?
    var userAgent: String?
}
