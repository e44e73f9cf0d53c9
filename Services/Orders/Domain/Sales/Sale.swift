public import Schema

/// A valid report of a purchase or a return, before it is known what its references mean.
public struct SaleReport: Equatable, Sendable {
    /// The retailer's own id of the sale.
    public let externalID: String?
    public let type: SaleType
    public let occurredAt: Timestamp
    public let store: StoreReference
    /// nil where the till does not know the buyer.
    public let buyer: BuyerReference?
    public let total: Money
    public let detail: SaleDetail

    public init(
        externalID: String?, type: SaleType, occurredAt: Timestamp, store: StoreReference, buyer: BuyerReference?,
        total: Money, detail: SaleDetail
    ) {
        self.externalID = externalID
        self.type = type
        self.occurredAt = occurredAt
        self.store = store
        self.buyer = buyer
        self.total = total
        self.detail = detail
    }
}

/// A purchase or a return. What a till has reported never changes.
public struct Sale: Equatable, Sendable {
    public let id: SalesEventID
    public let account: AccountID
    public let externalID: String?
    public let type: SaleType
    public let occurredAt: Timestamp
    public let store: KnownStore
    public let buyer: KnownPerson?
    public let total: Money
    public let detail: SaleDetail
    public let createdAt: Timestamp

    /// A sale as it was stored.
    public init(
        id: SalesEventID, account: AccountID, externalID: String?, type: SaleType, occurredAt: Timestamp,
        store: KnownStore, buyer: KnownPerson?, total: Money, detail: SaleDetail, createdAt: Timestamp
    ) {
        self.id = id
        self.account = account
        self.externalID = externalID
        self.type = type
        self.occurredAt = occurredAt
        self.store = store
        self.buyer = buyer
        self.total = total
        self.detail = detail
        self.createdAt = createdAt
    }

    /// A sale as it is recorded.
    public init(
        recording report: SaleReport, in store: KnownStore, by buyer: KnownPerson?, for account: AccountID,
        at time: Timestamp
    ) {
        self.init(
            id: SalesEventID(), account: account, externalID: report.externalID, type: report.type,
            occurredAt: report.occurredAt, store: store, buyer: buyer, total: report.total, detail: report.detail,
            createdAt: time)
    }

    /// The sale as its event carries it.
    public var snapshot: SaleSnapshot {
        let lines = detail.lines.map { line in
            SaleLine(
                externalID: line.externalID, productExternalID: line.product?.externalID,
                productName: line.product?.name, quantity: line.quantity, unit: line.unit, unitPrice: line.unitPrice,
                total: line.total, discount: line.discount, tax: line.tax)
        }
        return SaleSnapshot(
            id: id, externalID: externalID, type: type, occurredAt: occurredAt, storeID: store.id,
            storeExternalID: store.externalID, customerID: buyer?.id, total: total,
            totalDiscount: detail.totalDiscount, totalTax: detail.totalTax, lines: lines, source: detail.source,
            createdAt: createdAt)
    }
}

/// Why a sale cannot be recorded.
public enum SaleError: Error, Equatable, Sendable {
    /// The account has reported a sale under this id before.
    case alreadyRecorded
    /// Catalog has no such store.
    case unknownStore
    /// Consent has nobody of this id.
    case unknownBuyer
}
