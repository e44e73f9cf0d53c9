import Schema

@testable import Payments

/// What the tests charge.
enum Samples {
    static let time = Timestamp(microseconds: 1_750_000_000_000_000)
    static let sandbox = GatewayProfile(id: 1, name: "Sandbox", descriptor: "CARAVAN SANDBOX")
    static let visa = CardSummary(
        brand: "visa", firstSix: "411111", lastFour: "1111", expiryMonth: 12, expiryYear: 2035)
    static let address = PostalAddress(
        address1: "1 Main St", address2: nil, city: "Los Angeles", state: "CA", postalCode: "90001", country: "US",
        phone: nil)

    static func card(_ number: String = "4111111111111111") -> CardDetails {
        CardDetails(number: number, expiryMonth: 12, expiryYear: 2035, verificationValue: "987")
    }

    static func context(email: String = "Buyer@Example.com") -> PurchaseContext {
        PurchaseContext(
            orderNumber: "ORD-250615-00001", customerNumber: "CUST-250615-00001", email: email.lowercased(),
            campaignInternalID: "123", campaignName: "Summer", attribution: Attribution(), products: [],
            isUpsell: false, upsellDepth: 0, isTest: false)
    }

    /// A charge of 110.00 dollars, 10.00 of it tax.
    static func charge(
        _ status: TransactionStatus = .pending, amount: Int64 = 11_000, tax: Int64 = 1_000, refunded: Int64 = 0,
        refunding: Int64 = 0, method: PaymentMethod = .card, isTaxPending: Bool = false
    ) -> PaymentTransaction {
        PaymentTransaction(
            id: TransactionID(), account: AccountID(), kind: .charge, parent: nil, order: OrderID(),
            number: "TXN-250615-000001", method: method, context: context(), currency: .usd, isExternal: false,
            amount: amount, tax: tax, taxRate: "0.1", isTaxPending: isTaxPending, status: status, refunded: refunded,
            refunding: refunding, gateway: nil, card: nil, externalID: nil, response: nil, declineCode: nil,
            redirectURL: nil, payerEmail: nil, sequence: 0, createdAt: time, updatedAt: time)
    }

    static func refund(
        of charge: PaymentTransaction, _ amount: Int64, tax: Int64 = 0, isExternal: Bool = false,
        status: TransactionStatus = .pending
    ) -> PaymentTransaction {
        PaymentTransaction(
            id: TransactionID(), account: charge.account, kind: .refund, parent: charge.id, order: charge.order,
            number: "TXN-250615-000002", method: charge.method, context: charge.context, currency: charge.currency,
            isExternal: isExternal, amount: -amount, tax: -tax, taxRate: "0.1", isTaxPending: false, status: status,
            refunded: 0, refunding: 0, gateway: nil, card: nil, externalID: nil, response: nil, declineCode: nil,
            redirectURL: nil, payerEmail: nil, sequence: 0, createdAt: time, updatedAt: time)
    }
}
