import Edge
import Schema

/// The bodies of Create Lead, Process Payment and Create Order: each operation reads the fields that it documents.
struct CheckoutRequest: Decodable, Sendable {
    struct Customer: Decodable, Sendable {
        let email: String?
        let firstName: String?
        let lastName: String?
        let phone: String?

        enum CodingKeys: String, CodingKey {
            case email, phone
            case firstName = "first_name"
            case lastName = "last_name"
        }
    }

    struct Address: Decodable, Sendable {
        let address1: String?
        let address2: String?
        let city: String?
        let state: String?
        let postalCode: String?
        let country: String?
        let phone: String?

        enum CodingKeys: String, CodingKey {
            case address1, address2, city, state, country, phone
            case postalCode = "postal_code"
        }

        var isEmpty: Bool {
            [address1, address2, city, state, postalCode, country, phone].allSatisfy { $0?.isEmpty ?? true }
        }
    }

    struct Payment: Decodable, Sendable {
        let method: String?
        let cardNumber: String?
        let cardExpiry: String?
        let cardExpiryMonth: String?
        let cardExpiryYear: String?
        let cardVerificationValue: String?
        let externalPaymentID: Int64?
        let returnURL: String?
        let cancelURL: String?

        enum CodingKeys: String, CodingKey {
            case method
            case cardNumber = "card_number"
            case cardExpiry = "card_exp"
            case cardExpiryMonth = "card_exp_month"
            case cardExpiryYear = "card_exp_year"
            case cardVerificationValue = "card_cvv"
            case externalPaymentID = "external_payment_id"
            case returnURL = "return_url"
            case cancelURL = "cancel_url"
        }
    }

    let orderNumber: String?
    let customer: Customer?
    let shipping: Address?
    let billing: Address?
    let payment: Payment?
    let campaignID: String?
    let currency: String?
    let products: [LineRequest]?
    let couponCode: String?
    let gatewayID: Int64?
    let orchestratorID: Int64?
    let forcesQA: Bool?
    let taxAmount: DecimalText?
    let taxRate: DecimalText?
    let ipAddress: String?
    let userAgent: String?
    let isEnriched: Bool?
    let utmSource: String?
    let utmMedium: String?
    let utmCampaign: String?
    let utmTerm: String?
    let utmContent: String?
    let affiliate: String?
    let sub1: String?
    let sub2: String?
    let sub3: String?
    let sub4: String?
    let sub5: String?
    let cohort: String?
    /// Accepted as documented; nothing here depends on them.
    let termsAccepted: Bool?
    let privacyAccepted: Bool?

    /// Whom to charge with: an orchestrator has the one gateway that is configured under its number.
    var chosenGateway: Int64? { gatewayID ?? orchestratorID }

    enum CodingKeys: String, CodingKey {
        case customer, shipping, billing, payment, currency, products, affiliate, sub1, sub2, sub3, sub4, sub5, cohort
        case orderNumber = "order_number"
        case campaignID = "campaign_id"
        case couponCode = "coupon_code"
        case gatewayID = "gateway_id"
        case orchestratorID = "payment_orchestrator_id"
        case forcesQA = "forceQA"
        case taxAmount = "tax_amount"
        case taxRate = "tax_rate"
        case ipAddress = "ip_address"
        case userAgent = "user_agent"
        case isEnriched = "enrich"
        case utmSource = "utm_source"
        case utmMedium = "utm_medium"
        case utmCampaign = "utm_campaign"
        case utmTerm = "utm_term"
        case utmContent = "utm_content"
        case termsAccepted = "terms_accepted"
        case privacyAccepted = "privacy_accepted"
    }
}

/// How many of what: an offer among the products of an order, an upsell among those that are added to it.
struct LineRequest: Decodable, Sendable {
    let offerID: String?
    let upsellID: String?
    let quantity: Int?
    let price: DecimalText?
    let shippingPrice: DecimalText?

    enum CodingKeys: String, CodingKey {
        case quantity, price
        case offerID = "offer_id"
        case upsellID = "upsell_id"
        case shippingPrice = "shipping_price"
    }
}

/// The body of Process Upsell, in its single and its multiple format.
struct UpsellBody: Decodable, Sendable {
    let orderNumber: String?
    let single: LineRequest
    let upsells: [LineRequest]?
    let currency: String?
    let taxAmount: DecimalText?
    let taxRate: DecimalText?

    enum CodingKeys: String, CodingKey {
        case upsells, currency
        case orderNumber = "order_number"
        case taxAmount = "tax_amount"
        case taxRate = "tax_rate"
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        orderNumber = try container.decodeIfPresent(String.self, forKey: .orderNumber)
        upsells = try container.decodeIfPresent([LineRequest].self, forKey: .upsells)
        currency = try container.decodeIfPresent(String.self, forKey: .currency)
        taxAmount = try container.decodeIfPresent(DecimalText.self, forKey: .taxAmount)
        taxRate = try container.decodeIfPresent(DecimalText.self, forKey: .taxRate)
        single = try LineRequest(from: decoder)
    }
}

/// The body of Complete Order and Capture Paypal.
struct OrderNumberBody: Decodable, Sendable {
    let orderNumber: String?

    enum CodingKeys: String, CodingKey { case orderNumber = "order_number" }

    func number() throws(RequestError) -> String {
        var validation = Validation()
        let number = validation.required(orderNumber, "order_number")
        try validation.check()
        return number
    }
}

/// The body of Refund Transaction.
struct RefundBody: Decodable, Sendable {
    let transactionNumber: String?
    let amount: DecimalText?
    let isExternal: Bool?
    let reason: String?

    enum CodingKeys: String, CodingKey {
        case amount
        case transactionNumber = "transaction_number"
        case isExternal = "is_external"
        case reason = "refund_reason"
    }
}
