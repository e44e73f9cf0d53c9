import Schema

extension PaymentTransaction {
    /// The transaction as its events carry it.
    ///
    /// - Parameter givenBack: What has been refunded of the charge in all: the charge's own `refunded`, also in the
    ///   events of its refunds, so that a reader learns from them how the charge stands.
    func snapshot(givenBack: Int64, sealedWith keyring: DataKeyring) throws -> TransactionSnapshot {
        var snapshot = TransactionSnapshot(
            id: id, number: number, orderID: order, orderNumber: context.orderNumber,
            customerNumber: context.customerNumber, kind: kind.rawValue, parentID: parent, status: status,
            method: method, amount: amount, refundedAmount: givenBack, tax: tax, taxRate: taxRate, currency: currency,
            card: card, gatewayID: gateway?.id, gatewayName: gateway?.name, descriptor: gateway?.descriptor,
            externalTransactionID: externalID, response: response, declineCode: declineCode, redirectURL: redirectURL,
            payerEmail: try payerEmail.map { try keyring.seal($0) }, isUpsell: context.isUpsell,
            upsellDepth: context.upsellDepth, isTest: context.isTest, products: context.products,
            createdAt: createdAt, updatedAt: updatedAt)
        snapshot.taxDetails = taxParts?.details
        snapshot.shippingTax = taxParts?.shipping
        return snapshot
    }
}
