/// An order is to be paid. The subject is the order.
public struct ChargeRequested: DescribedEvent {
    public static let name = "charge_requested"
    public static let version = 1
    public static let topic = Topic.paymentsCommands
    public static let summary = "An order is to be paid. The subject is the order."

    /// The id that the transaction gets; the same again is the same charge.
    public var transactionID: TransactionID
    /// The order.
    public var orderID: OrderID
    /// What it is for and whose.
    public var context: ChargeContext
    /// How it is paid.
    public var method: PaymentMethod
    /// The card, which only payments can read.
    public var card: SealedCard?
    /// What may be shown of the card.
    public var cardSummary: CardSummary?
    /// The number of the alternative payment that it was paid with elsewhere.
    public var alternativePaymentID: Int64?
    /// Where the buyer comes back to after approving in a wallet.
    public var returnURL: String?
    /// Where the buyer comes back to otherwise.
    public var cancelURL: String?
    /// The price of all items, in minor units.
    public var subtotal: Int64
    /// What shipping costs, in minor units.
    public var shipping: Int64
    /// What is taken off, in minor units.
    public var discount: Int64
    /// The tax, in minor units; where it is not given, payments computes it.
    public var tax: Int64?
    /// The rate of a tax that is given, such as 0.0825.
    public var taxRate: String?
    /// What to compute the tax from.
    public var taxQuestion: TaxQuestion?
    /// The currency of all amounts.
    public var currency: Currency
    /// The number of the gateway to charge with; none for the account's default.
    public var gatewayID: Int64?
    /// The subscription that is renewed.
    public var subscriptionNumber: String?

    /// Makes the command; all amounts are minor units of the currency.
    public init(
        transactionID: TransactionID, orderID: OrderID, context: ChargeContext, method: PaymentMethod,
        card: SealedCard? = nil, cardSummary: CardSummary? = nil, alternativePaymentID: Int64? = nil,
        returnURL: String? = nil, cancelURL: String? = nil, subtotal: Int64, shipping: Int64, discount: Int64,
        tax: Int64? = nil, taxRate: String? = nil, taxQuestion: TaxQuestion? = nil, currency: Currency,
        gatewayID: Int64? = nil, subscriptionNumber: String? = nil
    ) {
        self.transactionID = transactionID
        self.orderID = orderID
        self.context = context
        self.method = method
        self.card = card
        self.cardSummary = cardSummary
        self.alternativePaymentID = alternativePaymentID
        self.returnURL = returnURL
        self.cancelURL = cancelURL
        self.subtotal = subtotal
        self.shipping = shipping
        self.discount = discount
        self.tax = tax
        self.taxRate = taxRate
        self.taxQuestion = taxQuestion
        self.currency = currency
        self.gatewayID = gatewayID
        self.subscriptionNumber = subscriptionNumber
    }

    enum CodingKeys: String, CodingKey {
        case context, method, card, subtotal, shipping, discount, tax, currency
        case transactionID = "transaction_id"
        case orderID = "order_id"
        case cardSummary = "card_summary"
        case alternativePaymentID = "alternative_payment_id"
        case returnURL = "return_url"
        case cancelURL = "cancel_url"
        case taxRate = "tax_rate"
        case taxQuestion = "tax_question"
        case gatewayID = "gateway_id"
        case subscriptionNumber = "subscription_number"
    }

    public static var schema: JSONSchema {
        .object([
            .required(
                CodingKeys.transactionID, TransactionID.self,
                "The id that the transaction gets; the same again is the same charge."),
            .required(CodingKeys.orderID, OrderID.self, "The order."),
            .required(CodingKeys.context, ChargeContext.self, "What it is for and whose."),
            .required(CodingKeys.method, PaymentMethod.self, "How it is paid."),
            .optional(CodingKeys.card, SealedCard.self, "The card, which only payments can read."),
            .optional(CodingKeys.cardSummary, CardSummary.self, "What may be shown of the card."),
            .optional(
                CodingKeys.alternativePaymentID, Int64.self,
                "The number of the alternative payment that it was paid with elsewhere."),
            .optional(CodingKeys.returnURL, String.self, "Where the buyer comes back to after approving in a wallet."),
            .optional(CodingKeys.cancelURL, String.self, "Where the buyer comes back to otherwise."),
            .required(CodingKeys.subtotal, Int64.self, "The price of all items, in minor units."),
            .required(CodingKeys.shipping, Int64.self, "What shipping costs, in minor units."),
            .required(CodingKeys.discount, Int64.self, "What is taken off, in minor units."),
            .optional(
                CodingKeys.tax, Int64.self, "The tax, in minor units; where it is not given, payments computes it."),
            .optional(CodingKeys.taxRate, String.self, "The rate of a tax that is given, such as 0.0825."),
            .optional(CodingKeys.taxQuestion, TaxQuestion.self, "What to compute the tax from."),
            .required(CodingKeys.currency, Currency.self, "The currency of all amounts."),
            .optional(
                CodingKeys.gatewayID, Int64.self,
                "The number of the gateway to charge with; none for the account's default."),
            .optional(CodingKeys.subscriptionNumber, String.self, "The subscription that is renewed."),
        ])
    }

    public static var example: ChargeRequested {
        ChargeRequested(
            transactionID: Examples.transaction, orderID: Examples.order, context: .example, method: .card,
            card: .example, cardSummary: .example, alternativePaymentID: 3, returnURL: "https://shop.example/thanks",
            cancelURL: "https://shop.example/cart", subtotal: 5000, shipping: 500, discount: 500, tax: 413,
            taxRate: "0.0825", taxQuestion: .example, currency: .usd, gatewayID: 1,
            subscriptionNumber: "SUB-240528-00003")
    }
}

/// A charge that was authorized, or approved in a wallet, is to be taken. The subject is the order.
public struct CaptureRequested: DescribedEvent {
    public static let name = "capture_requested"
    public static let version = 1
    public static let topic = Topic.paymentsCommands
    public static let summary =
        "A charge that was authorized, or approved in a wallet, is to be taken. The subject is the order."

    /// The charge.
    public var transactionID: TransactionID
    /// The order.
    public var orderID: OrderID

    /// Makes the command.
    public init(transactionID: TransactionID, orderID: OrderID) {
        self.transactionID = transactionID
        self.orderID = orderID
    }

    enum CodingKeys: String, CodingKey {
        case transactionID = "transaction_id"
        case orderID = "order_id"
    }

    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.transactionID, TransactionID.self, "The charge."),
            .required(CodingKeys.orderID, OrderID.self, "The order."),
        ])
    }

    public static var example: CaptureRequested {
        CaptureRequested(transactionID: Examples.transaction, orderID: Examples.order)
    }
}

/// A charge that has not been taken yet is no longer wanted, and to be called off. The subject is the order.
public struct VoidRequested: DescribedEvent {
    public static let name = "void_requested"
    public static let version = 1
    public static let topic = Topic.paymentsCommands
    public static let summary =
        "A charge that has not been taken yet is no longer wanted, and to be called off. The subject is the order."

    /// The charge.
    public var transactionID: TransactionID
    /// The order.
    public var orderID: OrderID

    /// Makes the command.
    public init(transactionID: TransactionID, orderID: OrderID) {
        self.transactionID = transactionID
        self.orderID = orderID
    }

    enum CodingKeys: String, CodingKey {
        case transactionID = "transaction_id"
        case orderID = "order_id"
    }

    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.transactionID, TransactionID.self, "The charge."),
            .required(CodingKeys.orderID, OrderID.self, "The order."),
        ])
    }

    public static var example: VoidRequested {
        VoidRequested(transactionID: Examples.transaction, orderID: Examples.order)
    }
}

/// Money of a charge is to be given back. The subject is the order.
public struct RefundRequested: DescribedEvent {
    public static let name = "refund_requested"
    public static let version = 1
    public static let topic = Topic.paymentsCommands
    public static let summary = "Money of a charge is to be given back. The subject is the order."

    /// The id that the refund gets; the same again is the same refund.
    public var refundID: TransactionID
    /// The charge.
    public var transactionID: TransactionID
    /// The order.
    public var orderID: OrderID
    /// How much, in minor units of the charge's currency; all that is left where it is not given.
    public var amount: Int64?
    /// Whether the money has gone another way, so that no gateway is asked.
    public var isExternal: Bool
    /// Why.
    public var reason: String?

    /// Makes the command; the amount is in minor units of the charge's currency.
    public init(
        refundID: TransactionID, transactionID: TransactionID, orderID: OrderID, amount: Int64?, isExternal: Bool,
        reason: String?
    ) {
        self.refundID = refundID
        self.transactionID = transactionID
        self.orderID = orderID
        self.amount = amount
        self.isExternal = isExternal
        self.reason = reason
    }

    enum CodingKeys: String, CodingKey {
        case amount, reason
        case refundID = "refund_id"
        case transactionID = "transaction_id"
        case orderID = "order_id"
        case isExternal = "is_external"
    }

    public static var schema: JSONSchema {
        .object([
            .required(
                CodingKeys.refundID, TransactionID.self,
                "The id that the refund gets; the same again is the same refund."),
            .required(CodingKeys.transactionID, TransactionID.self, "The charge."),
            .required(CodingKeys.orderID, OrderID.self, "The order."),
            .optional(
                CodingKeys.amount, Int64.self,
                "How much, in minor units of the charge's currency; all that is left where it is not given."),
            .required(
                CodingKeys.isExternal, Bool.self, "Whether the money has gone another way, so that no gateway is asked."
            ),
            .optional(CodingKeys.reason, String.self, "Why."),
        ])
    }

    public static var example: RefundRequested {
        RefundRequested(
            refundID: Examples.refund, transactionID: Examples.transaction, orderID: Examples.order, amount: 1000,
            isExternal: false, reason: "damaged")
    }
}
