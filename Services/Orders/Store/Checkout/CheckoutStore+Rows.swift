import FoundationEssentials
import Messaging
import Postgres
import Schema

extension CheckoutStore {
    static let select: StaticString = """
        SELECT k.order_id, k.number, k.customer_id, k.customer_number, k.campaign_internal_id, k.campaign_name,
            k.status, k.currency, k.subtotal, k.shipping, k.tax, k.discount, k.tax_rate, k.tax_given, k.coupon_code,
            k.utm_source, k.utm_medium, k.utm_campaign, k.utm_term, k.utm_content, k.affiliate, k.sub1, k.sub2, k.sub3,
            k.sub4, k.sub5, k.cohort, k.email, k.phone, k.first_name, k.last_name, k.shipping_address,
            k.billing_address, k.ip_address, k.user_agent, k.is_test, k.is_throttled, k.qa_required, k.upsell_depth,
            k.declines, k.command_sequence, k.last_transaction_at, k.closes_at, k.completed_at, k.created_at,
            k.updated_at, o.sequence, o.aftersales, o.retail,
            (SELECT json_agg(json_build_object('line', i.line, 'product_number', i.product_number,
                'product_internal_id', i.product_internal_id, 'name', i.name, 'kind', i.kind, 'sku', i.sku,
                'tax_code', i.tax_code, 'quantity', i.quantity, 'unit_price', i.unit_price,
                'shipping_price', i.shipping_price, 'subtotal', i.subtotal, 'tax', i.tax, 'discount', i.discount,
                'is_upsell', i.is_upsell, 'sale_type', i.sale_type, 'billing_interval', i.billing_interval,
                'billing_cycles', i.billing_cycles, 'trial_days', i.trial_days,
                'requires_shipping', i.requires_shipping, 'transaction_id', i.transaction_id, 'is_added', i.is_added,
                'particulars', i.particulars::json)
                ORDER BY i.line)
             FROM checkout_items i WHERE i.account_id = k.account_id AND i.order_id = k.order_id) AS items,
            (SELECT json_agg(json_build_object('id', t.transaction_id, 'purpose', t.purpose, 'parent_id', t.parent_id,
                'subtotal', t.subtotal, 'shipping', t.shipping, 'discount', t.discount, 'refunded', t.refunded,
                'subscription_number', t.subscription_number, 'sequence', t.sequence, 'snapshot', t.snapshot::json)
                ORDER BY t.transaction_id)
             FROM checkout_transactions t WHERE t.account_id = k.account_id AND t.order_id = k.order_id) AS charges
        FROM checkouts k
        JOIN orders o ON o.account_id = k.account_id AND o.id = k.order_id
        """
}

extension CheckoutOrder {
    init(_ row: PostgresRow, account: AccountID) throws {
        let checkout = try Checkout(row, account: account)
        let items = try row["items", as: String?.self].map { try JSON.decode([ItemRow].self, from: $0) } ?? []
        let charges = try row["charges", as: String?.self].map { try JSON.decode([ChargeRow].self, from: $0) } ?? []
        self.init(
            checkout: checkout, items: items.map(\.item), charges: charges.map { $0.charge(of: checkout) },
            aftersales: try row["aftersales", as: String?.self].map { try JSON.decode(Aftersales.self, from: $0) }
                ?? Aftersales(),
            retail: try row["retail", as: String?.self].map { try JSON.decode(from: $0) } ?? [:])
    }
}

extension Checkout {
    fileprivate init(_ row: PostgresRow, account: AccountID) throws {
        self.init(
            account: account, orderID: try row["order_id"], number: try row["number"],
            customerID: try row["customer_id"], customerNumber: try row["customer_number"],
            campaignInternalID: try row["campaign_internal_id"], campaignName: try row["campaign_name"],
            status: try row["status"], currency: try row["currency"],
            totals: CheckoutTotals(
                subtotal: try row["subtotal"], shipping: try row["shipping"], tax: try row["tax"],
                discount: try row["discount"]),
            taxRate: try row["tax_rate"], isTaxGiven: try row["tax_given"], couponCode: try row["coupon_code"],
            attribution: try Attribution(row), contact: try CheckoutContact(row), isTest: try row["is_test"],
            isThrottled: try row["is_throttled"], isQARequired: try row["qa_required"],
            upsellDepth: try row["upsell_depth"], declines: try row["declines"], sequence: try row["sequence"],
            commandSequence: try row["command_sequence"], lastTransactionAt: try row["last_transaction_at"],
            closesAt: try row["closes_at"], completedAt: try row["completed_at"], createdAt: try row["created_at"],
            updatedAt: try row["updated_at"])
    }
}

extension Attribution {
    init(_ row: PostgresRow) throws {
        self.init(
            utmSource: try row["utm_source"], utmMedium: try row["utm_medium"], utmCampaign: try row["utm_campaign"],
            utmTerm: try row["utm_term"], utmContent: try row["utm_content"], affiliate: try row["affiliate"],
            sub1: try row["sub1"], sub2: try row["sub2"], sub3: try row["sub3"], sub4: try row["sub4"],
            sub5: try row["sub5"], cohort: try row["cohort"])
    }
}

extension CheckoutContact {
    fileprivate init(_ row: PostgresRow) throws {
        let shipping = try JSON.decode(PostalAddress.self, from: row["shipping_address", as: String.self])
        self.init(
            person: CheckoutPerson(
                email: try row["email"], firstName: try row["first_name"], lastName: try row["last_name"],
                phone: try row["phone"], ipAddress: try row["ip_address"], address: shipping),
            shipping: shipping,
            billing: try row["billing_address", as: String?.self].map { try JSON.decode(PostalAddress.self, from: $0) },
            userAgent: try row["user_agent"])
    }
}

/// A line as the query's JSON has it.
private struct ItemRow: Decodable {
    let line: Int
    let productNumber: Int64
    let productInternalID: String
    let name: String
    let kind: CampaignProductKind
    let sku: String?
    let taxCode: String?
    let quantity: Int
    let unitPrice: Int64
    let shippingPrice: Int64
    let subtotal: Int64
    let tax: Int64
    let discount: Int64
    let isUpsell: Bool
    let saleType: String
    let billingInterval: String?
    let billingCycles: Int?
    let trialDays: Int
    let requiresShipping: Bool
    let transactionID: UUID?
    let isAdded: Bool
    let particulars: ItemParticulars?

    enum CodingKeys: String, CodingKey {
        case line, name, kind, sku, quantity, subtotal, tax, discount, particulars
        case productNumber = "product_number"
        case productInternalID = "product_internal_id"
        case taxCode = "tax_code"
        case unitPrice = "unit_price"
        case shippingPrice = "shipping_price"
        case isUpsell = "is_upsell"
        case saleType = "sale_type"
        case billingInterval = "billing_interval"
        case billingCycles = "billing_cycles"
        case trialDays = "trial_days"
        case requiresShipping = "requires_shipping"
        case transactionID = "transaction_id"
        case isAdded = "is_added"
    }

    var item: CheckoutItem {
        CheckoutItem(
            line: line, productNumber: productNumber, productInternalID: productInternalID, name: name, kind: kind,
            sku: sku, taxCode: taxCode, quantity: quantity, unitPrice: unitPrice, shippingPrice: shippingPrice,
            subtotal: subtotal, tax: tax, discount: discount, isUpsell: isUpsell, saleType: saleType,
            billingInterval: billingInterval, billingCycles: billingCycles, trialDays: trialDays,
            requiresShipping: requiresShipping, transactionID: transactionID.map { TransactionID(uuid: $0) },
            isAdded: isAdded, particulars: particulars)
    }
}

/// A charge or refund as the query's JSON has it.
private struct ChargeRow: Decodable {
    let id: UUID
    let purpose: String
    let parentID: UUID?
    let subtotal: Int64
    let shipping: Int64
    let discount: Int64
    let refunded: Int64
    let subscriptionNumber: String?
    let sequence: Int64
    let snapshot: TransactionSnapshot?

    enum CodingKeys: String, CodingKey {
        case id, purpose, subtotal, shipping, discount, refunded, sequence, snapshot
        case parentID = "parent_id"
        case subscriptionNumber = "subscription_number"
    }

    func charge(of checkout: Checkout) -> CheckoutCharge {
        CheckoutCharge(
            id: TransactionID(uuid: id), account: checkout.account, orderID: checkout.orderID,
            // The column's check knows no other.
            purpose: CheckoutCharge.Purpose(rawValue: purpose) ?? .renewal,
            parentID: parentID.map { TransactionID(uuid: $0) },
            totals: CheckoutTotals(subtotal: subtotal, shipping: shipping, discount: discount), refunded: refunded,
            subscriptionNumber: subscriptionNumber, sequence: sequence, snapshot: snapshot)
    }
}
