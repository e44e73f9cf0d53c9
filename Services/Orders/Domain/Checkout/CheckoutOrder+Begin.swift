import Schema

extension CheckoutOrder {
    /// Puts a new submission of the same customer in the place of the one that began the order.
    mutating func take(_ submission: CheckoutSubmission) {
        checkout.contact = submission.contact
        checkout.attribution = submission.attribution
        checkout.totals = submission.cart.totals
        items = submission.cart.items
    }

    /// Puts the cart that is about to be paid into place.
    mutating func take(
        _ cart: Cart, _ terms: ChargeTerms, couponCode: String?, chargedBy charge: TransactionID, at time: Timestamp
    ) {
        var cart = cart
        cart.assign(to: charge)
        items = cart.items
        checkout.totals = cart.totals.taxed(terms.tax ?? 0)
        checkout.taxRate = terms.taxRate ?? "0"
        checkout.isTaxGiven = terms.tax != nil
        checkout.couponCode = couponCode
        checkout.isQARequired = checkout.isQARequired || terms.isQARequired
        checkout.requestPayment(at: time)
    }
}

extension ChargeRequested {
    /// The command for a cart of an order.
    init(
        _ checkout: Checkout, _ cart: Cart, isUpsell: Bool, _ terms: ChargeTerms, _ payment: PreparedPayment,
        _ campaign: CampaignSnapshot, sealedWith keyring: DataKeyring
    ) throws {
        let context = ChargeContext(
            orderNumber: checkout.number, customerNumber: checkout.customerNumber,
            customer: try keyring.seal(checkout.contact.person), campaignInternalID: campaign.internalID,
            campaignName: campaign.name, attribution: checkout.attribution, isUpsell: isUpsell,
            upsellDepth: isUpsell ? checkout.upsellDepth + 1 : 0, isTest: checkout.isTest,
            products: cart.items.map(\.charged), allowedCardBrands: campaign.allowedCardBrands,
            minimumAmount: campaign.minimumAmount, maximumAmount: campaign.maximumAmount)
        // With a given tax the question is for the provider's books alone. An upsell's own rate counts where the campaign has
        // no tax too.
        let isAsked = campaign.taxEnabled || (isUpsell && terms.tax == nil && cart.hasTaxRates)
        let question =
            isAsked
            ? TaxQuestion(
                taxEnabled: campaign.taxEnabled, provider: campaign.taxProvider,
                to: try keyring.seal(checkout.contact.shipping), lines: cart.taxLines, shipping: cart.totals.shipping)
            : nil
        self.init(
            transactionID: payment.transactionID, orderID: checkout.orderID, context: context, method: payment.method,
            card: payment.card, cardSummary: payment.cardSummary,
            alternativePaymentID: payment.alternativePaymentID, returnURL: payment.returnURL,
            cancelURL: payment.cancelURL, subtotal: cart.totals.subtotal, shipping: cart.totals.shipping,
            discount: cart.totals.discount, tax: terms.tax ?? (question == nil ? 0 : nil),
            taxRate: terms.tax == nil ? nil : terms.taxRate, taxQuestion: question, currency: checkout.currency,
            gatewayID: terms.gatewayID ?? campaign.gatewayID ?? campaign.paymentOrchestratorID)
    }
}
