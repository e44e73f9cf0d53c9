/// A customer came to the checkout, or their details changed. The subject is the customer.
public struct CheckoutCustomerSaved: DescribedEvent {
    public static let name = "checkout_customer_saved"
    public static let version = 1
    public static let topic = Topic.ordersEvents
    public static let summary =
        "A customer came to the checkout, or their details changed. The subject is the customer."

    /// The customer's id at the checkout.
    public var customerID: CustomerID
    /// The customer's number.
    public var customerNumber: String
    /// Who it is; personal data, sealed.
    public var person: Sealed<CheckoutPerson>

    /// Makes the event.
    public init(customerID: CustomerID, customerNumber: String, person: Sealed<CheckoutPerson>) {
        self.customerID = customerID
        self.customerNumber = customerNumber
        self.person = person
    }

    enum CodingKeys: String, CodingKey {
        case person
        case customerID = "customer_id"
        case customerNumber = "customer_number"
    }

    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.customerID, CustomerID.self, "The customer's id at the checkout."),
            .required(CodingKeys.customerNumber, String.self, "The customer's number."),
            .required(CodingKeys.person, Sealed<CheckoutPerson>.self, "Who it is; personal data, sealed."),
        ])
    }

    public static var example: CheckoutCustomerSaved {
        CheckoutCustomerSaved(
            customerID: Examples.customer, customerNumber: "CUST-240528-00007", person: Examples.checkoutPerson)
    }
}

/// Somebody began an order at the checkout and has not paid yet.
public struct LeadCreated: DescribedEvent {
    public static let name = "lead_created"
    public static let version = 3
    public static let topic = Topic.ordersEvents
    public static let summary = "Somebody began an order at the checkout and has not paid yet."

    /// The order as it is now.
    public var order: OrderSnapshot

    /// Makes the event.
    public init(order: OrderSnapshot) {
        self.order = order
    }

    enum CodingKeys: String, CodingKey { case order }

    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.order, OrderSnapshot.self, "The order as it is now.")
        ])
    }

    public static var example: LeadCreated {
        LeadCreated(order: .checkoutExample(status: "lead"))
    }
}

/// An order was added to, and the addition paid.
public struct UpsellAdded: DescribedEvent {
    public static let name = "upsell_added"
    public static let version = 3
    public static let topic = Topic.ordersEvents
    public static let summary = "An order was added to, and the addition paid."

    /// The order as it is now.
    public var order: OrderSnapshot
    /// The transaction that paid for the addition.
    public var transactionNumber: String

    /// Makes the event.
    public init(order: OrderSnapshot, transactionNumber: String) {
        self.order = order
        self.transactionNumber = transactionNumber
    }

    enum CodingKeys: String, CodingKey {
        case order
        case transactionNumber = "transaction_number"
    }

    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.order, OrderSnapshot.self, "The order as it is now."),
            .required(CodingKeys.transactionNumber, String.self, "The transaction that paid for the addition."),
        ])
    }

    public static var example: UpsellAdded {
        UpsellAdded(order: .checkoutExample(status: "processing"), transactionNumber: "TXN-240528-000009")
    }
}

/// A checkout order was closed: nothing can be added any more.
public struct OrderCompleted: DescribedEvent {
    public static let name = "order_completed"
    public static let version = 3
    public static let topic = Topic.ordersEvents
    public static let summary = "A checkout order was closed: nothing can be added any more."

    /// The order as it is now.
    public var order: OrderSnapshot

    /// Makes the event.
    public init(order: OrderSnapshot) {
        self.order = order
    }

    enum CodingKeys: String, CodingKey { case order }

    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.order, OrderSnapshot.self, "The order as it is now.")
        ])
    }

    public static var example: OrderCompleted {
        OrderCompleted(order: .checkoutExample(status: "completed"))
    }
}

/// Money of a checkout order was given back.
public struct OrderRefunded: DescribedEvent {
    public static let name = "order_refunded"
    public static let version = 3
    public static let topic = Topic.ordersEvents
    public static let summary = "Money of a checkout order was given back."

    /// The order as it is now.
    public var order: OrderSnapshot
    /// The refund.
    public var refund: TransactionSnapshot

    /// Makes the event.
    public init(order: OrderSnapshot, refund: TransactionSnapshot) {
        self.order = order
        self.refund = refund
    }

    enum CodingKeys: String, CodingKey { case order, refund }

    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.order, OrderSnapshot.self, "The order as it is now."),
            .required(CodingKeys.refund, TransactionSnapshot.self, "The refund."),
        ])
    }

    public static var example: OrderRefunded {
        OrderRefunded(order: .checkoutExample(status: "partially_refunded"), refund: .refundExample)
    }
}

/// The buyer's bank took money of a checkout order back.
public struct OrderChargedBack: DescribedEvent {
    public static let name = "order_charged_back"
    public static let version = 2
    public static let topic = Topic.ordersEvents
    public static let summary = "The buyer's bank took money of a checkout order back."

    /// The order as it is now.
    public var order: OrderSnapshot
    /// The charge whose money it was.
    public var chargeback: TransactionSnapshot

    /// Makes the event.
    public init(order: OrderSnapshot, chargeback: TransactionSnapshot) {
        self.order = order
        self.chargeback = chargeback
    }

    enum CodingKeys: String, CodingKey { case order, chargeback }

    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.order, OrderSnapshot.self, "The order as it is now."),
            .required(CodingKeys.chargeback, TransactionSnapshot.self, "The charge whose money it was."),
        ])
    }

    public static var example: OrderChargedBack {
        OrderChargedBack(
            order: .checkoutExample(status: "chargeback"), chargeback: ChargebackReceived.example.transaction)
    }
}

/// A coupon was used for an order. The subject is the order.
public struct CouponRedeemed: DescribedEvent {
    public static let name = "coupon_redeemed"
    public static let version = 1
    public static let topic = Topic.ordersEvents
    public static let summary = "A coupon was used for an order. The subject is the order."

    /// The order.
    public var orderID: OrderID
    /// The coupon.
    public var code: String
    /// What it took off, in minor units.
    public var discount: Int64
    /// The currency of the discount.
    public var currency: Currency

    /// Makes the event; the discount is in minor units.
    public init(orderID: OrderID, code: String, discount: Int64, currency: Currency) {
        self.orderID = orderID
        self.code = code
        self.discount = discount
        self.currency = currency
    }

    enum CodingKeys: String, CodingKey {
        case code, discount, currency
        case orderID = "order_id"
    }

    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.orderID, OrderID.self, "The order."),
            .required(CodingKeys.code, String.self, "The coupon."),
            .required(CodingKeys.discount, Int64.self, "What it took off, in minor units."),
            .required(CodingKeys.currency, Currency.self, "The currency of the discount."),
        ])
    }

    public static var example: CouponRedeemed {
        CouponRedeemed(orderID: Examples.order, code: "SPRING10", discount: 500, currency: .usd)
    }
}
