import Edge
import FoundationEssentials
import Schema

/// A sale as Noticia's API shows it; what a till left out is null.
struct SalesEventBody: Encodable, Sendable {
    struct Store: Encodable, Sendable {
        let id: StoreID
        let externalID: String

        enum CodingKeys: String, CodingKey {
            case id
            case externalID = "external_id"
        }
    }

    struct Profile: Encodable, Sendable {
        let id: ProfileID
        @Nullable var externalID: String?

        enum CodingKeys: String, CodingKey {
            case id
            case externalID = "external_id"
        }
    }

    let id: SalesEventID
    @Nullable var externalID: String?
    let type: String
    let occurredAt: Timestamp
    let store: Store
    @Nullable var profile: Profile?
    let currency: Currency
    let totalAmount: Int64
    let totalDiscount: Int64
    @Nullable var totalTax: Int64?
    @Nullable var loyalty: Loyalty?
    let payments: [SalePayment]
    @Nullable var source: String?
    let lineItems: [LineItem]
    let metadata: JSONValue
    let createdAt: Timestamp

    init(_ sale: Sale) {
        id = sale.id
        externalID = sale.externalID
        type = sale.type.rawValue.uppercased()
        occurredAt = sale.occurredAt
        store = Store(id: sale.store.id, externalID: sale.store.externalID)
        profile = sale.buyer.map { Profile(id: $0.id.profileID, externalID: $0.externalID) }
        currency = sale.total.currency
        totalAmount = sale.total.minorUnits
        totalDiscount = sale.detail.totalDiscount
        totalTax = sale.detail.totalTax
        loyalty = sale.detail.loyalty.map(Loyalty.init)
        payments = sale.detail.payments ?? []
        source = sale.detail.source
        lineItems = sale.detail.lines.map(LineItem.init)
        metadata = sale.detail.metadata ?? [:]
        createdAt = sale.createdAt
    }

    enum CodingKeys: String, CodingKey {
        case id, type, store, profile, currency, loyalty, payments, source, metadata
        case externalID = "external_id"
        case occurredAt = "occurred_at"
        case totalAmount = "total_amount_cents"
        case totalDiscount = "total_discount_cents"
        case totalTax = "total_tax_cents"
        case lineItems = "line_items"
        case createdAt = "created_at"
    }
}

extension SalesEventBody {
    struct Loyalty: Encodable, Sendable {
        @Nullable var pointsEarned: Int64?
        @Nullable var pointsSpent: Int64?
        @Nullable var pointsBalance: Int64?

        init(_ loyalty: SaleLoyalty) {
            pointsEarned = loyalty.pointsEarned
            pointsSpent = loyalty.pointsSpent
            pointsBalance = loyalty.pointsBalance
        }

        enum CodingKeys: String, CodingKey {
            case pointsEarned = "points_earned"
            case pointsSpent = "points_spent"
            case pointsBalance = "points_balance"
        }
    }

    struct Product: Encodable, Sendable {
        @Nullable var externalID: String?
        @Nullable var name: String?
        let properties: JSONValue

        init(_ product: SaleProduct) {
            externalID = product.externalID
            name = product.name
            properties = product.properties ?? [:]
        }

        enum CodingKeys: String, CodingKey {
            case name, properties
            case externalID = "external_id"
        }
    }

    struct LineItem: Encodable, Sendable {
        @Nullable var externalID: String?
        @Nullable var product: Product?
        let quantity: Decimal
        @Nullable var unit: String?
        @Nullable var unitPrice: Int64?
        let total: Int64
        @Nullable var discount: Int64?
        @Nullable var tax: Int64?

        init(_ line: SaleItem) {
            externalID = line.externalID
            product = line.product.map(Product.init)
            quantity = line.quantity
            unit = line.unit
            unitPrice = line.unitPrice
            total = line.total
            discount = line.discount
            tax = line.tax
        }

        enum CodingKeys: String, CodingKey {
            case product, quantity, unit
            case externalID = "external_id"
            case unitPrice = "unit_price_cents"
            case total = "total_price_cents"
            case discount = "discount_cents"
            case tax = "tax_cents"
        }
    }
}
