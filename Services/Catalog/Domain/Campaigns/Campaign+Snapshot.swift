import Schema

extension Campaign {
    /// The campaign as its events carry it.
    var snapshot: CampaignSnapshot {
        CampaignSnapshot(
            id: id, internalID: internalID, number: number, name: terms.name, isActive: terms.isActive,
            allowedCountries: terms.allowedCountries, allowedCurrencies: terms.allowedCurrencies,
            allowedCardBrands: terms.allowedCardBrands, allowPrepaidCards: terms.allowPrepaidCards,
            allowVirtualCards: terms.allowVirtualCards, allowInternationalCards: terms.allowInternationalCards,
            minimumAmount: terms.minimumAmount, maximumAmount: terms.maximumAmount,
            maxCustomerDeclines: terms.maxCustomerDeclines, fulfillmentDelayHours: terms.fulfillmentDelayHours,
            gatewayID: terms.gatewayID, paymentOrchestratorID: terms.paymentOrchestratorID,
            taxEnabled: terms.taxEnabled, taxProvider: terms.taxProvider, throttlePercent: terms.throttlePercent,
            products: products.map(\.snapshot))
    }
}

extension CampaignProduct {
    fileprivate var snapshot: CampaignProductSnapshot {
        var snapshot = CampaignProductSnapshot(
            number: number, internalID: content.internalID, kind: content.kind, name: content.name,
            isActive: content.isActive, position: content.position, price: content.price,
            shippingPrice: content.shippingPrice, taxRate: content.taxRate, isTaxIncluded: content.isTaxIncluded,
            sku: content.sku, taxCode: content.taxCode, saleType: content.saleType,
            billingInterval: content.billingInterval, billingCycles: content.billingCycles,
            trialDays: content.trialDays, requiresShipping: content.requiresShipping,
            allowDuplicates: content.allowDuplicates, categoryID: content.categoryID,
            baseProductNumber: baseNumber, baseProductName: content.base.name)
        snapshot.bundle = content.bundle
        return snapshot
    }
}
