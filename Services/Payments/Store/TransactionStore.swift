import Messaging
import Postgres
import Schema

/// The SQL of transactions.
struct TransactionStore: Sendable {
    let database: PostgresDatabase

    /// Adds a charge as it was requested, and the task to make it, leased to this process. A charge that is there stays
    /// as it is.
    ///
    /// - Parameter command: The command's payload as it came.
    func insert(
        _ charge: ChargeRequested, taxedBy parts: TaxParts?, total: Money, email: String, of account: AccountID,
        command: String, lease: Duration, at time: Timestamp, in transaction: PostgresTransaction
    ) throws {
        let context = charge.context
        let question = charge.taxQuestion
        transaction.send(
            """
            WITH charge AS (
                INSERT INTO transactions (id, account_id, kind, order_id, order_number, customer_number, email, status,
                    method, currency, amount, subtotal, shipping, discount, tax, tax_rate, is_tax_pending, tax_question,
                    gateway_id, alternative_payment_id, card_brand, card_first_six, card_last_four, card_expiry_month,
                    card_expiry_year, campaign_internal_id, campaign_name, attribution, products, is_upsell,
                    upsell_depth, is_test, subscription_number, tax_parts, created_at, updated_at)
                VALUES (\(charge.transactionID), \(account), 'charge', \(charge.orderID), \(context.orderNumber),
                    \(context.customerNumber), \(email), \(TransactionStatus.pending.rawValue),
                    \(charge.method.rawValue), \(charge.currency), \(total.minorUnits), \(charge.subtotal),
                    \(charge.shipping), \(charge.discount), \(charge.tax ?? 0), \(charge.taxRate ?? "0"),
                    \(charge.tax == nil && question != nil), \(try charge.reportedTaxQuestion.map(JSON.text)),
                    \(charge.gatewayID), \(charge.alternativePaymentID), \(charge.cardSummary?.brand),
                    \(charge.cardSummary?.firstSix), \(charge.cardSummary?.lastFour),
                    \(charge.cardSummary?.expiryMonth), \(charge.cardSummary?.expiryYear),
                    \(context.campaignInternalID), \(context.campaignName), \(try JSON.text(context.attribution)),
                    \(try JSON.text(context.products)), \(context.isUpsell), \(context.upsellDepth), \(context.isTest),
                    \(charge.subscriptionNumber), \(try parts.map(JSON.text)), \(time), \(time))
                ON CONFLICT (id) DO NOTHING
                RETURNING id, account_id
            )
            INSERT INTO payment_tasks (transaction_id, account_id, kind, command, traceparent, due_at, leased_until)
            SELECT id, account_id, 'charge', \(command), \(TraceContext.current?.traceparent), now(),
                now() + make_interval(secs => \(lease.seconds))
            FROM charge
            """)
    }

    /// Adds a refund of a charge, with what both have in common.
    func insert(
        _ refund: RefundRequested, of charge: PaymentTransaction, amount: Int64, tax: Int64, at time: Timestamp,
        in transaction: PostgresTransaction
    ) {
        transaction.send(
            """
            INSERT INTO transactions (id, account_id, kind, parent_id, order_id, order_number, customer_number, email,
                status, method, currency, amount, subtotal, shipping, discount, tax, tax_rate, tax_question, is_external,
                gateway_id, gateway_name, descriptor, alternative_payment_id, card_brand, card_first_six,
                card_last_four, card_expiry_month, card_expiry_year, campaign_internal_id, campaign_name, attribution,
                products, is_upsell, upsell_depth, is_test, subscription_number, reason, created_at, updated_at)
            SELECT \(refund.refundID), account_id, 'refund', id, order_id, order_number, customer_number, email,
                \(TransactionStatus.pending.rawValue), method, currency, \(-amount), 0, 0, 0, \(-tax), tax_rate,
                tax_question, \(refund.isExternal), gateway_id, gateway_name, descriptor, alternative_payment_id,
                card_brand, card_first_six, card_last_four, card_expiry_month, card_expiry_year, campaign_internal_id,
                campaign_name, attribution, products, is_upsell, upsell_depth, is_test, subscription_number,
                \(refund.reason), \(time), \(time)
            FROM transactions WHERE id = \(charge.id)
            """)
    }

    /// Transactions of any accounts, locked until the transaction ends, in one order for all who lock several.
    func lock(
        _ ids: some Sequence<TransactionID>, in transaction: PostgresTransaction
    ) async throws -> [TransactionID: PaymentTransaction] {
        // A lookup each: a plan made while the table was small would read all of it for ever after. Behind SELECT, the
        // array's length is none of the planner's business: it plans once, and not for each length.
        let rows = try await transaction.query(
            """
            SELECT locked.* FROM unnest((SELECT \(ids.sorted())::uuid[])) AS wanted (id)
            CROSS JOIN LATERAL (
                SELECT \(constant: Self.columns) FROM transactions WHERE transactions.id = wanted.id FOR UPDATE
            ) AS locked
            """)
        return try Dictionary(uniqueKeysWithValues: rows.map { try PaymentTransaction($0) }.map { ($0.id, $0) })
    }

    /// A transaction as it is now.
    func transaction(_ id: TransactionID) async throws -> PaymentTransaction? {
        try await database.query("SELECT \(constant: Self.columns) FROM transactions WHERE id = \(id)").first
            .map { try PaymentTransaction($0) }
    }

    /// The transaction that a gateway knows by a name of its own.
    func transactions(externalID: String, of account: AccountID) async throws -> [TransactionID] {
        try await database.query(
            """
            SELECT transaction_id FROM gateway_references
            WHERE account_id = \(account) AND external_id = \(externalID)
            """
        ).map { try $0["transaction_id"] }
    }

    /// Writes down the tax before the gateway is asked, so that whoever asks again asks for the same amount.
    ///
    /// - Returns: The charge as it now is; the tax that was there first counts.
    func assess(_ id: TransactionID, _ tax: ComputedTax) async throws -> PaymentTransaction? {
        try await database.withTransaction { transaction in
            guard var charge = try await lock([id], in: transaction)[id] else { return nil }
            guard charge.isTaxPending else { return charge }
            charge.assess(tax)
            transaction.send(
                """
                UPDATE transactions SET amount = \(charge.amount), tax = \(charge.tax), tax_rate = \(charge.taxRate),
                    tax_parts = \(try charge.taxParts.map(JSON.text)), is_tax_pending = false
                WHERE id = \(id)
                """)
            return charge
        }
    }

    /// Writes what settling has changed.
    func save(_ changed: [PaymentTransaction], in transaction: PostgresTransaction) {
        for row in changed {
            transaction.send(
                """
                UPDATE transactions SET status = \(row.status.rawValue), refunded = \(row.refunded),
                    refunding = \(row.refunding), gateway_id = coalesce(\(row.gateway?.id), gateway_id),
                    gateway_name = \(row.gateway?.name), descriptor = \(row.gateway?.descriptor),
                    external_id = \(row.externalID), response = \(row.response), decline_code = \(row.declineCode),
                    redirect_url = \(row.redirectURL), payer_email = \(row.payerEmail),
                    card_brand = \(row.card?.brand), card_first_six = \(row.card?.firstSix),
                    card_last_four = \(row.card?.lastFour), card_expiry_month = \(row.card?.expiryMonth),
                    card_expiry_year = \(row.card?.expiryYear), sequence = \(row.sequence),
                    updated_at = \(row.updatedAt)
                WHERE id = \(row.id)
                """)
        }
        let named = changed.filter { $0.externalID != nil }
        guard !named.isEmpty else { return }
        transaction.send(
            """
            INSERT INTO gateway_references (account_id, external_id, transaction_id)
            SELECT * FROM unnest(\(named.map(\.account))::uuid[], \(named.map(\.externalID))::text[],
                \(named.map(\.id))::uuid[])
            ON CONFLICT DO NOTHING
            """)
    }

    /// A number for a refund that is refused and gets no row.
    func nextNumber(in transaction: PostgresTransaction) async throws -> String {
        try await transaction.query("SELECT transaction_number(nextval('transaction_numbers')) AS number").first?[
            "number"] ?? ""
    }

    static let columns: StaticString = """
        id, account_id, kind, parent_id, order_id, number, method, currency, is_external, amount, tax, tax_rate,
        is_tax_pending, status, refunded, refunding, gateway_id, gateway_name, descriptor, card_brand, card_first_six,
        card_last_four, card_expiry_month, card_expiry_year, external_id, response, decline_code, redirect_url,
        payer_email, sequence, created_at, updated_at, order_number, customer_number, email, campaign_internal_id,
        campaign_name, attribution, products, is_upsell, upsell_depth, is_test, alternative_payment_id,
        subscription_number, tax_question IS NOT NULL AS is_tax_reported, tax_parts
        """
}

extension ChargeRequested {
    /// The cart, where a provider of the sort that keeps books wants to hear of the sale.
    fileprivate var reportedTaxQuestion: TaxQuestion? {
        guard let question = taxQuestion, question.taxEnabled, question.provider == TaxProviderName.taxJar.rawValue,
            !context.isTest
        else { return nil }
        return question
    }
}

extension PaymentTransaction {
    init(_ row: PostgresRow) throws {
        self.init(
            id: try row["id"], account: try row["account_id"],
            kind: try row["kind", as: String.self] == Kind.refund.rawValue ? .refund : .charge,
            parent: try row["parent_id"], order: try row["order_id"], number: try row["number"],
            method: PaymentMethod(rawValue: try row["method"]), context: try PurchaseContext(row),
            currency: try row["currency"], isExternal: try row["is_external"], amount: try row["amount"],
            tax: try row["tax"], taxRate: try row["tax_rate"], isTaxPending: try row["is_tax_pending"],
            status: TransactionStatus(rawValue: try row["status"]), refunded: try row["refunded"],
            refunding: try row["refunding"], gateway: try GatewayProfile(row), card: try CardSummary(row),
            externalID: try row["external_id"], response: try row["response"], declineCode: try row["decline_code"],
            redirectURL: try row["redirect_url"], payerEmail: try row["payer_email"], sequence: try row["sequence"],
            createdAt: try row["created_at"], updatedAt: try row["updated_at"],
            isTaxReported: try row["is_tax_reported"],
            taxParts: try row["tax_parts", as: String?.self].map { try JSON.decode(from: $0) })
    }
}

extension PurchaseContext {
    fileprivate init(_ row: PostgresRow) throws {
        self.init(
            orderNumber: try row["order_number"], customerNumber: try row["customer_number"], email: try row["email"],
            campaignInternalID: try row["campaign_internal_id"], campaignName: try row["campaign_name"],
            attribution: try JSON.decode(from: try row["attribution", as: String.self]),
            products: try JSON.decode(from: try row["products", as: String.self]), isUpsell: try row["is_upsell"],
            upsellDepth: try row["upsell_depth"], isTest: try row["is_test"],
            alternativePaymentID: try row["alternative_payment_id"],
            subscriptionNumber: try row["subscription_number"])
    }
}

extension GatewayProfile {
    /// nil before a gateway has answered: until then the row has a number at most.
    fileprivate init?(_ row: PostgresRow) throws {
        guard let id: Int64 = try row["gateway_id", as: Int64?.self],
            let name: String = try row["gateway_name", as: String?.self]
        else { return nil }
        self.init(id: id, name: name, descriptor: try row["descriptor"])
    }
}

extension CardSummary {
    fileprivate init?(_ row: PostgresRow) throws {
        guard let brand: String = try row["card_brand", as: String?.self] else { return nil }
        self.init(
            brand: brand, firstSix: try row["card_first_six"], lastFour: try row["card_last_four"],
            expiryMonth: try row["card_expiry_month"], expiryYear: try row["card_expiry_year"])
    }
}

extension Duration {
    /// As Postgres' `make_interval` takes it.
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
