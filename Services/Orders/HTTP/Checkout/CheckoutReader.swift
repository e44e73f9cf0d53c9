import Edge
import FoundationEssentials
import Schema

/// Reads the fields that several operations of the checkout share, and notes what is wrong with them.
struct CheckoutReader {
    private(set) var validation = Validation()

    static let maximumProducts = 100
    static let quantities: ClosedRange<Int> = 1...1_000_000

    func check() throws(RequestError) { try validation.check() }

    /// A required text.
    mutating func required(_ text: String?, _ field: String, maximum: Int = 255) -> String {
        validation.required(text, field, maximum: maximum)
    }

    // MARK: People and places

    mutating func contact(_ request: CheckoutRequest) -> CheckoutContact {
        let customer = request.customer
        let email = validation.required(customer?.email, "customer", "email").lowercased()
        if !email.isEmpty, !Self.isMailAddress(email) {
            validation.fail(["customer", "email"], "invalid_email", "This field must be a valid email address.")
        }
        let firstName = validation.required(customer?.firstName, "customer", "first_name")
        let lastName = validation.required(customer?.lastName, "customer", "last_name")
        let phone = validation.optional(customer?.phone, "customer", "phone", maximum: 20)
        let shipping = shipping(request.shipping)
        let ip = validation.optional(request.ipAddress, "ip_address", maximum: 45)
        if let ip, !IPAddress.isValid(ip) {
            validation.fail(["ip_address"], "invalid_ip", "This field must be a valid IP address.")
        }
        let person = CheckoutPerson(
            email: email, firstName: firstName, lastName: lastName, phone: phone, ipAddress: ip, address: shipping)
        return CheckoutContact(
            person: person, shipping: shipping, billing: billing(request.billing),
            userAgent: validation.optional(request.userAgent, "user_agent", maximum: 1024))
    }

    /// A shipping address, whose fields are required.
    mutating func shipping(_ address: CheckoutRequest.Address?) -> PostalAddress {
        PostalAddress(
            address1: validation.required(address?.address1, "shipping", "address1"),
            address2: validation.optional(address?.address2, "shipping", "address2"),
            city: validation.required(address?.city, "shipping", "city", maximum: 100),
            state: validation.required(address?.state, "shipping", "state", maximum: 100),
            postalCode: validation.required(address?.postalCode, "shipping", "postal_code", maximum: 20),
            country: country(validation.required(address?.country, "shipping", "country"), "shipping"),
            phone: validation.optional(address?.phone, "shipping", "phone", maximum: 20))
    }

    /// A billing address, whose fields are not.
    mutating func billing(_ address: CheckoutRequest.Address?) -> PostalAddress? {
        guard let address, !address.isEmpty else { return nil }
        return PostalAddress(
            address1: validation.optional(address.address1, "billing", "address1") ?? "",
            address2: validation.optional(address.address2, "billing", "address2"),
            city: validation.optional(address.city, "billing", "city", maximum: 100) ?? "",
            state: validation.optional(address.state, "billing", "state", maximum: 100) ?? "",
            postalCode: validation.optional(address.postalCode, "billing", "postal_code", maximum: 20) ?? "",
            country: country(address.country ?? "", "billing"),
            phone: validation.optional(address.phone, "billing", "phone", maximum: 20))
    }

    private mutating func country(_ text: String, _ address: String) -> String {
        let code = text.uppercased()
        let isCode =
            code.utf8.count == 2 && code.utf8.allSatisfy { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
        if !code.isEmpty, !isCode {
            validation.fail(
                [address, "country"], "invalid_country", "This field must be a country code of two letters.")
        }
        return code
    }

    private static func isMailAddress(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, (1...64).contains(parts[0].utf8.count), !text.contains(where: \.isWhitespace) else {
            return false
        }
        let labels = parts[1].split(separator: ".", omittingEmptySubsequences: false)
        return labels.count > 1 && labels.allSatisfy { !$0.isEmpty }
    }

    mutating func attribution(_ request: CheckoutRequest) -> Attribution {
        Attribution(
            utmSource: validation.optional(request.utmSource, "utm_source", maximum: 100),
            utmMedium: validation.optional(request.utmMedium, "utm_medium", maximum: 100),
            utmCampaign: validation.optional(request.utmCampaign, "utm_campaign", maximum: 100),
            utmTerm: validation.optional(request.utmTerm, "utm_term", maximum: 100),
            utmContent: validation.optional(request.utmContent, "utm_content", maximum: 100),
            affiliate: validation.optional(request.affiliate, "affiliate", maximum: 100),
            sub1: validation.optional(request.sub1, "sub1", maximum: 100),
            sub2: validation.optional(request.sub2, "sub2", maximum: 100),
            sub3: validation.optional(request.sub3, "sub3", maximum: 100),
            sub4: validation.optional(request.sub4, "sub4", maximum: 100),
            sub5: validation.optional(request.sub5, "sub5", maximum: 100),
            cohort: validation.optional(request.cohort, "cohort"))
    }

    // MARK: Products and money

    mutating func currency(_ text: String?) -> Currency? { validation.currency(text, "currency") }

    /// Products with their prices, or nil without any.
    mutating func products(_ products: [LineRequest]?, in currency: Currency?) -> [CartRequest] {
        guard isCount(products?.count ?? 0, "products"), let products else { return [] }
        return products.enumerated().map { index, product in
            line(product, product.offerID, in: currency, place: ["products", "\(index)"], id: .offerID)
        }
    }

    /// Upsells with their prices, in either format.
    mutating func upsells(_ body: UpsellBody, in currency: Currency?) -> [CartRequest] {
        guard let upsells = body.upsells else {
            return [line(body.single, body.single.upsellID, in: currency, place: [], id: .upsellID)]
        }
        guard isCount(upsells.count, "upsells") else { return [] }
        return upsells.enumerated().map { index, upsell in
            line(upsell, upsell.upsellID, in: currency, place: ["upsells", "\(index)"], id: .upsellID)
        }
    }

    private mutating func isCount(_ count: Int, _ field: String) -> Bool {
        if count == 0 { validation.fail([field], "required", "This field is required.") }
        if count > Self.maximumProducts {
            validation.fail([field], "too_many", "This field must not have more than \(Self.maximumProducts) items.")
        }
        return (1...Self.maximumProducts).contains(count)
    }

    /// - Parameter id: Where `product`, which the line is of, stands in it.
    private mutating func line(
        _ line: LineRequest, _ product: String?, in currency: Currency?, place: [String], id: LineRequest.CodingKeys
    ) -> CartRequest {
        func path(_ field: LineRequest.CodingKeys) -> [String] { place + [field.rawValue] }
        if product?.isEmpty ?? true { validation.fail(path(id), "required", "This field is required.") }
        if let product, product.unicodeScalars.count > 255 {
            validation.fail(path(id), "too_long", "This field must have at most 255 characters.")
        }
        if line.quantity == nil { validation.fail(path(.quantity), "required", "This field is required.") }
        if let quantity = line.quantity, !Self.quantities.contains(quantity) {
            let (least, most) = (Self.quantities.lowerBound, Self.quantities.upperBound)
            validation.fail(path(.quantity), "out_of_range", "This field must be from \(least) to \(most).")
        }
        return CartRequest(
            productInternalID: product ?? "", quantity: line.quantity ?? 1,
            unitPrice: amount(line.price, in: currency, path(.price)),
            shippingPrice: amount(line.shippingPrice, in: currency, path(.shippingPrice)))
    }

    /// An amount of zero or more in the currency's major unit, where one is given.
    mutating func amount(_ text: DecimalText?, in currency: Currency?, _ path: [String]) -> Int64? {
        guard let text, !text.text.isEmpty, let currency else { return nil }
        do {
            let money = try Money(rounding: text.text, currency: currency)
            if money.minorUnits < 0 { validation.fail(path, "invalid_amount", "This field must be at least 0.") }
            if money.minorUnits > Cart.limit { validation.fail(path, "invalid_amount", "This field is too large.") }
            return money.minorUnits
        } catch MoneyError.outOfRange {
            validation.fail(path, "invalid_amount", "This field is too large.")
        } catch {
            validation.fail(path, "invalid_amount", "This field must be a number.")
        }
        return nil
    }

    /// What is said of tax and coupons beside a payment.
    mutating func terms(
        tax: DecimalText?, rate: DecimalText?, coupon: String? = nil, isQARequired: Bool = false,
        gateway: Int64? = nil, in currency: Currency?
    ) -> ChargeTerms {
        ChargeTerms(
            tax: amount(tax, in: currency, ["tax_amount"]), taxRate: self.rate(rate),
            couponCode: validation.optional(coupon, "coupon_code"), isQARequired: isQARequired, gatewayID: gateway)
    }

    private mutating func rate(_ text: DecimalText?) -> String? {
        guard let text, !text.text.isEmpty else { return nil }
        guard let rate = Decimal(string: text.text), rate >= 0, rate <= 100, text.text.utf8.count <= 20 else {
            validation.fail(["tax_rate"], "invalid_rate", "This field must be a rate such as 0.0875.")
            return nil
        }
        return rate.description
    }

    // MARK: Payment

    /// How to pay, with the card checked before anyone else sees it.
    mutating func payment(_ payment: CheckoutRequest.Payment?, at time: Timestamp) -> PaymentInstruction {
        let text = validation.required(payment?.method, "payment", "method")
        let method = PaymentMethod(rawValue: text)
        if !text.isEmpty, !method.isKnown {
            let known = PaymentMethod.allKnown.map(\.rawValue).joined(separator: ", ")
            validation.fail(["payment", "method"], "invalid_choice", "This field must be one of: \(known).")
        }
        var instruction = PaymentInstruction(method: method, alternativePaymentID: payment?.externalPaymentID)
        switch method {
        case .card:
            instruction.card = card(payment, at: time)
            // The buyer's bank may want to see them, where the shop can send them there.
            if let address = payment?.returnURL, !address.isEmpty { instruction.returnURL = url(address, "return_url") }
        case .paypalWallet:
            instruction.returnURL = url(payment?.returnURL, "return_url")
            instruction.cancelURL = url(payment?.cancelURL, "cancel_url")
        default: break
        }
        return instruction
    }

    private mutating func card(_ payment: CheckoutRequest.Payment?, at time: Timestamp) -> PaymentInstruction.Card? {
        let text = validation.required(payment?.cardNumber, "payment", "card_number", maximum: 40)
        let number = CardNumber(text)
        if !text.isEmpty, number == nil {
            validation.fail(["payment", "card_number"], "invalid_card", "This field must be a valid card number.")
        }
        let expiry = expiry(payment, at: time)
        let value = validation.required(payment?.cardVerificationValue, "payment", "card_cvv", maximum: 40)
        let isDigits = value.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        let digits = number?.verificationDigits ?? 3...4
        if !value.isEmpty, !isDigits || !digits.contains(value.utf8.count) {
            validation.fail(
                ["payment", "card_cvv"], "invalid_cvv", "This field must have \(digits.lowerBound) digits.")
        }
        guard let number, let expiry, validation.errors.isEmpty else { return nil }
        return PaymentInstruction.Card(number: number, expiry: expiry, verificationValue: value)
    }

    private mutating func expiry(_ payment: CheckoutRequest.Payment?, at time: Timestamp) -> CardExpiry? {
        let expiry: CardExpiry?
        let field: String
        if let text = payment?.cardExpiry, !text.isEmpty {
            field = "card_exp"
            expiry = CardExpiry(text)
        } else {
            field = "card_exp_month"
            let month = validation.required(payment?.cardExpiryMonth, "payment", "card_exp_month", maximum: 4)
            let year = validation.required(payment?.cardExpiryYear, "payment", "card_exp_year", maximum: 8)
            guard !month.isEmpty, !year.isEmpty else { return nil }
            expiry = CardExpiry(month: month, year: year)
        }
        guard let expiry else {
            validation.fail(["payment", field], "invalid_expiry", "This field must be an expiration date.")
            return nil
        }
        if !expiry.isValid(at: time) {
            validation.fail(["payment", field], "expired_card", "This field must not be in the past.")
        }
        return expiry
    }

    private mutating func url(_ text: String?, _ field: String) -> String? {
        let text = validation.required(text, "payment", field, maximum: 2048)
        let lower = text.lowercased()
        let host = lower.dropFirst(lower.hasPrefix("https://") ? 8 : 7).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let isWeb = lower.hasPrefix("https://") || lower.hasPrefix("http://")
        if !text.isEmpty, !isWeb || host.isEmpty || text.contains(where: { $0.isWhitespace || $0 == "\"" }) {
            validation.fail(["payment", field], "invalid_url", "This field must be a valid URL.")
        }
        return text
    }
}
