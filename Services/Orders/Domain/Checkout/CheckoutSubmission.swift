import Schema

/// Who asks, as the key says.
struct CheckoutCaller: Sendable, Hashable {
    let account: AccountID
    let isTest: Bool
}

/// A cart that somebody submits, valid as far as its campaign knows.
struct CheckoutSubmission: Sendable {
    let caller: CheckoutCaller
    let contact: CheckoutContact
    let campaign: CampaignSnapshot
    let currency: Currency
    var cart: Cart
    let attribution: Attribution
}

/// How an order is to be paid.
struct PaymentInstruction: Sendable {
    /// A card as it was typed. It goes nowhere but into the sealer.
    struct Card: Sendable {
        let number: CardNumber
        let expiry: CardExpiry
        let verificationValue: String

        var details: CardDetails {
            CardDetails(
                number: number.digits, expiryMonth: expiry.month, expiryYear: expiry.year,
                verificationValue: verificationValue)
        }

        var summary: CardSummary {
            CardSummary(
                brand: number.brand.rawValue, firstSix: number.firstSix, lastFour: number.lastFour,
                expiryMonth: expiry.month, expiryYear: expiry.year)
        }
    }

    let method: PaymentMethod
    var card: Card?
    var alternativePaymentID: Int64?
    var returnURL: String?
    var cancelURL: String?
}

/// What is asked for beside the payment itself.
struct ChargeTerms: Sendable {
    /// In minor units; nil has payments compute it.
    var tax: Int64?
    /// As decimal text.
    var taxRate: String?
    var couponCode: String?
    var isQARequired = false
    var gatewayID: Int64?
}

/// What a payment changes in an order that was begun. Amounts are read once the order's currency is known.
struct OrderChanges: Sendable {
    /// The campaign that the client believes the order to be of.
    var campaignInternalID: String?
    var shipping: PostalAddress?
    var billing: PostalAddress?
    /// nil keeps the products.
    var products: @Sendable (Currency) throws -> [CartRequest]?
    var terms: @Sendable (Currency) throws -> ChargeTerms

    /// Puts the new addresses into place; answers whether there were any.
    func apply(to contact: inout CheckoutContact) -> Bool {
        if let shipping {
            contact.shipping = shipping
            contact.person.address = shipping
        }
        contact.billing = billing ?? contact.billing
        return shipping != nil || billing != nil
    }
}

/// What is added to an order. Amounts are read once the order's currency is known.
struct UpsellRequest: Sendable {
    var products: @Sendable (Currency) throws -> [CartRequest]
    var terms: @Sendable (Currency) throws -> ChargeTerms
    /// Whether the one product stands in the request itself and not in a list.
    var isSingle = false
}

/// A charge that was asked for, and of which order.
struct ChargeTicket: Sendable {
    let checkout: Checkout
    let transactionID: TransactionID
    /// Whether the request goes on with an order, or waits for a charge, that was there before.
    let isReused: Bool

    init(_ checkout: Checkout, _ transactionID: TransactionID, isReused: Bool) {
        self.checkout = checkout
        self.transactionID = transactionID
        self.isReused = isReused
    }
}

/// A charge before it is asked for: its id is known, and its card sealed for it alone.
struct PreparedPayment: Sendable {
    let transactionID: TransactionID
    let method: PaymentMethod
    var card: SealedCard?
    var cardSummary: CardSummary?
    var brand: CardBrand?
    var alternativePaymentID: Int64?
    var returnURL: String?
    var cancelURL: String?
}
