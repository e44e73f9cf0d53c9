import Messaging
import Postgres
import Schema

/// The commands that renew subscriptions, and the SQL that goes with them.
struct RenewalStore: Sendable {
    let outbox: Outbox
    let keyring: DataKeyring

    /// Asks payments to charge a subscription's next cycle to the card that the customer has on file.
    func request(
        _ charge: TransactionID, for subscription: Subscription, in transaction: PostgresTransaction
    ) async throws {
        let (sequence, campaign) = try await nextCommand(about: subscription, in: transaction)
        let plan = subscription.plan
        transaction.send(
            """
            INSERT INTO checkout_transactions (transaction_id, account_id, order_id, purpose, status, subtotal, shipping,
                discount, subscription_number, created_at, updated_at)
            VALUES (\(charge), \(subscription.account), \(subscription.orderID), 'renewal', 'requested',
                \(plan.amount), \(plan.shipping), 0, \(subscription.number), \(subscription.updatedAt),
                \(subscription.updatedAt))
            """)
        let command = ChargeRequested(
            transactionID: charge, orderID: subscription.orderID, context: try context(of: subscription),
            method: .onfile, subtotal: plan.amount, shipping: plan.shipping, discount: 0,
            tax: campaign?.taxEnabled == true ? nil : 0, taxQuestion: try taxQuestion(of: plan, campaign),
            currency: plan.currency, gatewayID: plan.gatewayID ?? campaign?.gatewayID,
            subscriptionNumber: subscription.number)
        try outbox.append(
            command, subject: subscription.orderID.description, sequence: sequence, account: subscription.account,
            in: transaction)
    }

    /// The sequence of the order's next command, whose lock the transaction then has, and the campaign as it is now.
    private func nextCommand(
        about subscription: Subscription, in transaction: PostgresTransaction
    ) async throws -> (sequence: Int64, campaign: CampaignSnapshot?) {
        let (account, order) = (subscription.account, subscription.orderID)
        transaction.send(
            "SELECT 1 AS one FROM orders WHERE account_id = \(account) AND id = \(order) FOR UPDATE")
        let row = try await transaction.query(
            """
            UPDATE checkouts SET command_sequence = command_sequence + 1
            WHERE account_id = \(account) AND order_id = \(order)
            RETURNING command_sequence, (SELECT snapshot FROM campaigns WHERE account_id = \(account)
                AND internal_id = \(subscription.plan.campaignInternalID)) AS campaign
            """
        ).first
        guard let row else { throw PostgresError(code: .decoding, message: "no checkout of the subscription") }
        let campaign = try row["campaign", as: String?.self].map { try JSON.decode(CampaignSnapshot.self, from: $0) }
        return (try row["command_sequence"], campaign)
    }

    /// The campaign's limits held when the customer subscribed: they are not asked again.
    private func context(of subscription: Subscription) throws -> ChargeContext {
        let plan = subscription.plan
        return ChargeContext(
            orderNumber: subscription.orderNumber, customerNumber: subscription.customerNumber,
            customer: try keyring.seal(plan.person), campaignInternalID: plan.campaignInternalID,
            campaignName: plan.campaignName, attribution: plan.attribution, isUpsell: false, upsellDepth: 0,
            isTest: plan.isTest, products: [plan.product], allowedCardBrands: [], minimumAmount: nil,
            maximumAmount: nil)
    }

    private func taxQuestion(of plan: SubscriptionPlan, _ campaign: CampaignSnapshot?) throws -> TaxQuestion? {
        guard let campaign, campaign.taxEnabled else { return nil }
        let line = TaxLine(
            id: "\(plan.product.number)", sku: plan.sku, quantity: plan.quantity, unitPrice: plan.unitPrice,
            discount: 0, taxCode: plan.taxCode, taxRate: nil)
        return TaxQuestion(
            taxEnabled: true, provider: campaign.taxProvider, to: try keyring.seal(plan.address), lines: [line],
            shipping: plan.shipping)
    }
}
