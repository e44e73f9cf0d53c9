/// A charge or a refund in full, as its events carry it. All amounts are minor units of ``currency``.
public struct TransactionSnapshot: Codable, Hashable, Sendable, SchemaDescribing {
    /// The transaction's id.
    public var id: TransactionID
    /// The transaction's number.
    public var number: String
    /// The order.
    public var orderID: OrderID
    /// The order's number.
    public var orderNumber: String
    /// The customer's number.
    public var customerNumber: String
    /// What it is: charge or refund.
    public var kind: String
    /// The charge that a refund belongs to.
    public var parentID: TransactionID?
    /// How far it has come.
    public var status: TransactionStatus
    /// How it is paid.
    public var method: PaymentMethod
    /// Its amount in minor units; below zero for a refund.
    public var amount: Int64
    /// What has been given back of the charge in all, in minor units.
    public var refundedAmount: Int64
    /// The tax within the amount.
    public var tax: Int64
    /// The rate of the tax, such as 0.0825.
    public var taxRate: String
    /// Who levies the tax of a charge, where its provider has told; they add up to it.
    public var taxDetails: [TaxDetail]?
    /// The part of a charge's tax that is on the shipping, where there is one.
    public var shippingTax: Int64?
    /// The currency of all amounts.
    public var currency: Currency
    /// What may be shown of the card.
    public var card: CardSummary?
    /// The number of the gateway.
    public var gatewayID: Int64?
    /// The gateway's name.
    public var gatewayName: String?
    /// What the buyer reads on the statement.
    public var descriptor: String?
    /// The gateway's own id of it.
    public var externalTransactionID: String?
    /// The gateway's words.
    public var response: String?
    /// Why it was refused, for machines.
    public var declineCode: String?
    /// Where the buyer can approve it.
    public var redirectURL: String?
    /// Who approved in the wallet; personal data, sealed.
    public var payerEmail: Sealed<String>?
    /// Whether it added to an order that was paid.
    public var isUpsell: Bool
    /// Which addition to the order it is; 0 for none.
    public var upsellDepth: Int
    /// Whether it is for trying things out.
    public var isTest: Bool
    /// What is paid.
    public var products: [ChargedProduct]
    /// When it was requested.
    public var createdAt: Timestamp
    /// When it last changed.
    public var updatedAt: Timestamp

    /// Makes a snapshot from its parts; all amounts are minor units.
    public init(
        id: TransactionID, number: String, orderID: OrderID, orderNumber: String, customerNumber: String, kind: String,
        parentID: TransactionID?, status: TransactionStatus, method: PaymentMethod, amount: Int64,
        refundedAmount: Int64, tax: Int64, taxRate: String, currency: Currency, card: CardSummary?, gatewayID: Int64?,
        gatewayName: String?, descriptor: String?, externalTransactionID: String?, response: String?,
        declineCode: String?, redirectURL: String?, payerEmail: Sealed<String>?, isUpsell: Bool, upsellDepth: Int,
        isTest: Bool, products: [ChargedProduct], createdAt: Timestamp, updatedAt: Timestamp
    ) {
        self.id = id
        self.number = number
        self.orderID = orderID
        self.orderNumber = orderNumber
        self.customerNumber = customerNumber
        self.kind = kind
        self.parentID = parentID
        self.status = status
        self.method = method
        self.amount = amount
        self.refundedAmount = refundedAmount
        self.tax = tax
        self.taxRate = taxRate
        self.currency = currency
        self.card = card
        self.gatewayID = gatewayID
        self.gatewayName = gatewayName
        self.descriptor = descriptor
        self.externalTransactionID = externalTransactionID
        self.response = response
        self.declineCode = declineCode
        self.redirectURL = redirectURL
        self.payerEmail = payerEmail
        self.isUpsell = isUpsell
        self.upsellDepth = upsellDepth
        self.isTest = isTest
        self.products = products
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    enum CodingKeys: String, CodingKey {
        case id, number, kind, status, method, amount, tax, currency, card, descriptor, response, products
        case orderID = "order_id"
        case orderNumber = "order_number"
        case customerNumber = "customer_number"
        case parentID = "parent_id"
        case refundedAmount = "refunded_amount"
        case taxRate = "tax_rate"
        case taxDetails = "tax_details"
        case shippingTax = "shipping_tax"
        case gatewayID = "gateway_id"
        case gatewayName = "gateway_name"
        case externalTransactionID = "external_transaction_id"
        case declineCode = "decline_code"
        case redirectURL = "redirect_url"
        case payerEmail = "payer_email"
        case isUpsell = "is_upsell"
        case upsellDepth = "upsell_depth"
        case isTest = "is_test"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
    }

    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.id, TransactionID.self, "The transaction's id."),
            .required(CodingKeys.number, String.self, "The transaction's number."),
            .required(CodingKeys.orderID, OrderID.self, "The order."),
            .required(CodingKeys.orderNumber, String.self, "The order's number."),
            .required(CodingKeys.customerNumber, String.self, "The customer's number."),
            .required(CodingKeys.kind, String.self, "What it is: charge or refund."),
            .optional(CodingKeys.parentID, TransactionID.self, "The charge that a refund belongs to."),
            .required(CodingKeys.status, TransactionStatus.self, "How far it has come."),
            .required(CodingKeys.method, PaymentMethod.self, "How it is paid."),
            .required(CodingKeys.amount, Int64.self, "Its amount in minor units; below zero for a refund."),
            .required(
                CodingKeys.refundedAmount, Int64.self, "What has been given back of the charge in all, in minor units."),
            .required(CodingKeys.tax, Int64.self, "The tax within the amount."),
            .required(CodingKeys.taxRate, String.self, "The rate of the tax, such as 0.0825."),
            .optional(
                CodingKeys.taxDetails, [TaxDetail].self,
                "Who levies the tax of a charge, where its provider has told; they add up to it."),
            .optional(
                CodingKeys.shippingTax, Int64.self, "The part of a charge's tax that is on the shipping."),
            .required(CodingKeys.currency, Currency.self, "The currency of all amounts."),
            .optional(CodingKeys.card, CardSummary.self, "What may be shown of the card."),
            .optional(CodingKeys.gatewayID, Int64.self, "The number of the gateway."),
            .optional(CodingKeys.gatewayName, String.self, "The gateway's name."),
            .optional(CodingKeys.descriptor, String.self, "What the buyer reads on the statement."),
            .optional(CodingKeys.externalTransactionID, String.self, "The gateway's own id of it."),
            .optional(CodingKeys.response, String.self, "The gateway's words."),
            .optional(CodingKeys.declineCode, String.self, "Why it was refused, for machines."),
            .optional(CodingKeys.redirectURL, String.self, "Where the buyer can approve it."),
            .optional(CodingKeys.payerEmail, Sealed<String>.self, "Who approved in the wallet; personal data, sealed."),
            .required(CodingKeys.isUpsell, Bool.self, "Whether it added to an order that was paid."),
            .required(CodingKeys.upsellDepth, Int.self, "Which addition to the order it is; 0 for none."),
            .required(CodingKeys.isTest, Bool.self, "Whether it is for trying things out."),
            .required(CodingKeys.products, [ChargedProduct].self, "What is paid."),
            .required(CodingKeys.createdAt, Timestamp.self, "When it was requested."),
            .required(CodingKeys.updatedAt, Timestamp.self, "When it last changed."),
        ])
    }
    static func example(status: TransactionStatus) -> TransactionSnapshot {
        var transaction = TransactionSnapshot(
            id: Examples.transaction, number: "TXN-240528-000008", orderID: Examples.order,
            orderNumber: "ORD-240528-00001", customerNumber: "CUST-240528-00007", kind: "charge",
            parentID: Examples.transaction, status: status, method: .card, amount: 5413, refundedAmount: 0, tax: 413,
            taxRate: "0.0825", currency: .usd, card: .example, gatewayID: 1, gatewayName: "Sandbox",
            descriptor: "CARAVAN", externalTransactionID: "sb_1", response: "Approved",
            declineCode: "insufficient_funds", redirectURL: "https://caravan.example/sandbox/wallet/1",
            payerEmail: Examples.payer, isUpsell: false, upsellDepth: 0, isTest: false, products: [.example],
            createdAt: Examples.created, updatedAt: Examples.updated)
        transaction.taxDetails = [.example]
        transaction.shippingTax = 0
        return transaction
    }

    static var refundExample: TransactionSnapshot {
        var refund = example(status: .refunded)
        refund.id = Examples.refund
        refund.number = "TXN-240528-000010"
        refund.kind = "refund"
        refund.amount = -1000
        refund.refundedAmount = 1000
        refund.tax = -76
        return refund
    }
}

/// How far a transaction has come.
public struct TransactionStatus: ExtensibleEnum {
    /// The name in JSON.
    public let rawValue: String
    /// Takes any name, known or not.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// It was requested.
    public static let pending = TransactionStatus(rawValue: "pending")
    /// The gateway was asked and its answer is not known yet.
    public static let processing = TransactionStatus(rawValue: "processing")
    /// It waits for the buyer to approve elsewhere.
    public static let pendingRedirect = TransactionStatus(rawValue: "pending_redirect")
    /// The money is promised.
    public static let authorized = TransactionStatus(rawValue: "authorized")
    /// The money has moved.
    public static let completed = TransactionStatus(rawValue: "completed")
    /// It was refused.
    public static let declined = TransactionStatus(rawValue: "declined")
    /// All of it was given back.
    public static let refunded = TransactionStatus(rawValue: "refunded")
    /// A part of it was given back.
    public static let partiallyRefunded = TransactionStatus(rawValue: "partially_refunded")
    /// It was given back another way than through the gateway.
    public static let externallyRefunded = TransactionStatus(rawValue: "externally_refunded")
    /// It was given up before it was paid out.
    public static let voided = TransactionStatus(rawValue: "voided")
    /// The buyer's bank took it back.
    public static let chargeback = TransactionStatus(rawValue: "chargeback")
    /// It could not be done.
    public static let failed = TransactionStatus(rawValue: "failed")
    /// Something went wrong at the gateway.
    public static let error = TransactionStatus(rawValue: "error")

    /// The names known today.
    public static let allKnown: [TransactionStatus] = [
        .pending, .processing, .pendingRedirect, .authorized, .completed, .declined, .refunded, .partiallyRefunded,
        .externallyRefunded, .voided, .chargeback, .failed, .error,
    ]
}

/// How a charge is paid.
public struct PaymentMethod: ExtensibleEnum {
    /// The name in JSON.
    public let rawValue: String
    /// Takes any name, known or not.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// With a card that the buyer enters.
    public static let card = PaymentMethod(rawValue: "card")
    /// With the card that a gateway keeps of the customer.
    public static let onfile = PaymentMethod(rawValue: "onfile")
    /// Elsewhere; it is only recorded.
    public static let external = PaymentMethod(rawValue: "external")
    /// From a wallet, which the buyer approves on another page.
    public static let paypalWallet = PaymentMethod(rawValue: "paypal_wallet")

    /// The names known today.
    public static let allKnown: [PaymentMethod] = [.card, .onfile, .external, .paypalWallet]
}
