import Edge
import Schema

/// An offer or an upsell in the body of a campaign. Prices are decimals of the major unit.
struct CampaignProductRequest: Decodable, Sendable {
    struct Base: Decodable, Sendable {
        let id: Int64?
        let name: String?
        let quantity: Int?
        let description: String?
        let weight: DecimalText?
        let dimensions: Dimensions?
    }

    /// A part of a bundle, and what one piece of it costs alone.
    struct Component: Decodable, Sendable {
        let name: String?
        let sku: String?
        let quantity: Int?
        let price: DecimalText?
    }

    struct Dimensions: Decodable, Sendable {
        let length: DecimalText?
        let width: DecimalText?
        let height: DecimalText?
    }

    let internalID: String?
    let productType: String?
    let name: String?
    let isActive: Bool?
    let position: Int?
    let price: DecimalText?
    let shippingPrice: DecimalText?
    let taxRate: DecimalText?
    let isTaxIncluded: Bool?
    let dynamicDescriptor: String?
    let sku: String?
    let taxCode: String?
    let saleType: String?
    let billingInterval: String?
    let billingCycles: Int?
    let trialDays: Int?
    let requiresShipping: Bool?
    let requiresShippingOnTrial: Bool?
    let allowDuplicates: Bool?
    let useOfferGateway: Bool?
    let gatewayID: Int64?
    let paymentOrchestratorID: Int64?
    let categoryID: Int64?
    /// What is sold, where several offers sell the same thing; else the offer itself is it.
    let baseProduct: Base?
    /// What it is a bundle of.
    let bundle: [Component]?

    enum CodingKeys: String, CodingKey {
        case name, position, price, sku, bundle
        case internalID = "internal_id"
        case productType = "product_type"
        case isActive = "is_active"
        case shippingPrice = "shipping_price"
        case taxRate = "tax_rate"
        case isTaxIncluded = "is_tax_included"
        case dynamicDescriptor = "dynamic_descriptor"
        case taxCode = "tax_code"
        case saleType = "sale_type"
        case billingInterval = "billing_interval"
        case billingCycles = "billing_cycles"
        case trialDays = "trial_days"
        case requiresShipping = "requires_shipping"
        case requiresShippingOnTrial = "requires_shipping_on_trial"
        case allowDuplicates = "allow_duplicates"
        case useOfferGateway = "use_offer_gateway"
        case gatewayID = "gateway_id"
        case paymentOrchestratorID = "payment_orchestrator_id"
        case categoryID = "category_id"
        case baseProduct = "base_product"
    }

    static let saleTypes = ["one_time", "subscription", "none"]
    static let billingIntervals = [
        "daily", "weekly", "biweekly", "monthly", "bimonthly", "quarterly", "semiannually", "yearly",
    ]

    /// - Parameters:
    ///   - index: Its place in the list: what faults name it by, and its position unless it gives another.
    ///   - currency: What decides how many digits prices have.
    func content(
        at index: Int, pricedIn currency: Currency, _ validation: inout Validation
    ) -> CampaignProductContent {
        var fields = Fields(index: index, validation: validation)
        defer { validation = fields.validation }
        let name = fields.required(name, "name")
        let saleType = fields.choice(saleType, of: Self.saleTypes, "sale_type") ?? "one_time"
        let interval = fields.choice(billingInterval, of: Self.billingIntervals, "billing_interval")
        if saleType == "subscription", billingInterval ?? "" == "" { fields.fail("billing_interval", "required") }
        let kind = fields.choice(productType, of: CampaignProductKind.allKnown.map(\.rawValue), "product_type")
        if productType ?? "" == "" { fields.fail("product_type", "required") }
        return CampaignProductContent(
            internalID: fields.required(internalID, "internal_id"), kind: CampaignProductKind(rawValue: kind ?? ""),
            name: name, isActive: isActive ?? true,
            position: fields.integer(position ?? index + 1, in: 0...1_000_000, "position"),
            price: fields.price(price, currency, "price"),
            shippingPrice: fields.price(shippingPrice ?? DecimalText("0"), currency, "shipping_price"),
            taxRate: fields.rate(taxRate, "tax_rate"), isTaxIncluded: isTaxIncluded ?? false,
            dynamicDescriptor: fields.optional(dynamicDescriptor, "dynamic_descriptor", maximum: 22) ?? "",
            sku: fields.optional(sku, "sku"), taxCode: fields.optional(taxCode, "tax_code"), saleType: saleType,
            billingInterval: interval,
            billingCycles: billingCycles.map { fields.integer($0, in: 1...1_000, "billing_cycles") },
            trialDays: fields.integer(trialDays ?? 0, in: 0...3_650, "trial_days"),
            requiresShipping: requiresShipping ?? true, requiresShippingOnTrial: requiresShippingOnTrial ?? false,
            allowDuplicates: allowDuplicates ?? true, usesOfferGateway: useOfferGateway ?? true,
            gatewayID: fields.number(gatewayID, "gateway_id"),
            paymentOrchestratorID: fields.number(paymentOrchestratorID, "payment_orchestrator_id"),
            categoryID: fields.number(categoryID, "category_id"), base: base(called: name, &fields),
            bundle: components(pricedIn: currency, &fields))
    }

    private static let maximumComponents = 100

    /// The parts of a bundle; nil where there are none.
    private func components(pricedIn currency: Currency, _ fields: inout Fields) -> [BundleComponent]? {
        guard let bundle, !bundle.isEmpty else { return nil }
        guard bundle.count <= Self.maximumComponents else {
            fields.fail("bundle", "too_many", "A bundle has at most \(Self.maximumComponents) parts.")
            return nil
        }
        let priced = bundle.count { $0.price != nil }
        if priced != 0, priced != bundle.count {
            fields.fail("bundle", "required", "Either all parts have a price, or none has.")
        }
        return bundle.enumerated().map { index, part in
            let place = "\(index)"
            return BundleComponent(
                name: fields.required(part.name, "bundle", place, "name"),
                sku: fields.optional(part.sku, "bundle", place, "sku"),
                quantity: fields.integer(part.quantity ?? 1, in: 1...1_000, "bundle", place, "quantity"),
                price: part.price.map { fields.price($0, currency, "bundle", place, "price") })
        }
    }

    private func base(called name: String, _ fields: inout Fields) -> CampaignProductContent.Base {
        CampaignProductContent.Base(
            number: fields.number(baseProduct?.id, "base_product", "id"),
            name: fields.optional(baseProduct?.name, "base_product", "name") ?? name,
            quantity: fields.integer(baseProduct?.quantity ?? 1, in: 1...1_000_000, "base_product", "quantity"),
            description: fields.optional(baseProduct?.description, "base_product", "description", maximum: 5_000),
            weight: fields.optional(baseProduct?.weight?.text, "base_product", "weight", maximum: 32),
            dimensions: baseProduct?.dimensions.map { dimensions in
                CampaignProductContent.Dimensions(
                    length: fields.optional(
                        dimensions.length?.text, "base_product", "dimensions", "length", maximum: 32),
                    width: fields.optional(dimensions.width?.text, "base_product", "dimensions", "width", maximum: 32),
                    height: fields.optional(
                        dimensions.height?.text, "base_product", "dimensions", "height", maximum: 32))
            })
    }
}

/// Checks the fields of one product, which faults name by its place in the list.
private struct Fields {
    let index: Int
    var validation: Validation

    private func path(_ names: [String]) -> [String] { ["products", "\(index)"] + names }

    /// Runs a check whose path begins at the product, and puts its faults in their place in the body.
    private mutating func check<Value>(_ names: [String], _ body: (inout Validation) -> Value) -> Value {
        var inner = Validation()
        let value = body(&inner)
        for fault in inner.errors { validation.fail(path(names), fault.code, fault.message) }
        return value
    }

    mutating func fail(_ name: String, _ code: String, _ message: String = "This field is required.") {
        validation.fail(path([name]), code, message)
    }

    mutating func required(_ text: String?, _ names: String...) -> String {
        check(names) { $0.required(text) }
    }

    mutating func optional(_ text: String?, _ names: String..., maximum: Int = 255) -> String? {
        check(names) { $0.optional(text, maximum: maximum) }
    }

    mutating func choice(_ text: String?, of known: [String], _ names: String...) -> String? {
        check(names) { $0.choice(text, of: known) }
    }

    mutating func integer(_ number: Int, in range: ClosedRange<Int>, _ names: String...) -> Int {
        check(names) { $0.integer(number, in: range) }
    }

    mutating func number(_ number: Int64?, _ names: String...) -> Int64? {
        check(names) { validation in number.map { validation.integer($0, in: CampaignRequest.numbers) } }
    }

    /// A price with all digits of the currency.
    mutating func price(_ decimal: DecimalText?, _ currency: Currency, _ names: String...) -> String {
        let units = check(names) { validation in
            let units = validation.amount(decimal, in: currency)
            return validation.integer(max(units, 0), in: CampaignRequest.amounts)
        }
        return Money(minorUnits: units, currency: currency).decimalString
    }

    /// A fraction from 0 to 1 with at most six digits.
    mutating func rate(_ decimal: DecimalText?, _ names: String...) -> String {
        guard let text = decimal?.text, text != "0" else { return "0.00" }
        if text.wholeMatch(of: /0(\.[0-9]{1,6})?|1(\.0{1,6})?/) == nil {
            validation.fail(path(names), "out_of_range", "This must be a fraction from 0 to 1, such as 0.0825.")
        }
        return text
    }
}
