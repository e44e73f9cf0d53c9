import Messaging
import Postgres
import Schema

/// The only way to record a sale: it writes the row and appends the event that tells of it.
struct SaleBook: Sendable {
    let store: SaleStore
    let parties: KnownPartyStore
    let inquiries: Inquiries
    let outbox: Outbox

    init(database: PostgresDatabase, outbox: Outbox) {
        self.init(database: database, outbox: outbox, inquiries: Inquiries(database: database, outbox: outbox))
    }

    init(database: PostgresDatabase, outbox: Outbox, inquiries: Inquiries) {
        store = SaleStore(database: database)
        parties = KnownPartyStore(database: database)
        self.inquiries = inquiries
        self.outbox = outbox
    }

    /// What is to be done with a report.
    enum Verdict: Sendable {
        /// Its external id was there before.
        case recorded(SalesEventID)
        /// Everything that it names is known: ``record(_:in:)`` it.
        case new(Sale)
        /// It names what orders has not heard of: ``inquire(about:of:)``.
        case unheard
    }

    /// One round trip, without effect.
    func judge(_ report: SaleReport, of account: AccountID) async throws -> Verdict {
        let known = try await parties.parties(of: report, account)
        if let id = known.recorded { return .recorded(id) }
        guard let store = known.store, report.buyer == nil || known.buyer != nil else { return .unheard }
        return .new(Sale(recording: report, in: store, by: known.buyer, for: account, at: .now()))
    }

    /// Asks catalog for the store and then consent for the buyer, whom it adds where the report's reference allows it:
    /// nobody is added for a sale in a store that does not exist.
    ///
    /// - Throws: ``SaleError/unknownStore``, ``SaleError/unknownBuyer``; `RequestError.unavailable` if a service does not
    ///   answer: the same report can come again.
    func inquire(about report: SaleReport, of account: AccountID) async throws -> Verdict {
        let known = try await parties.parties(of: report, account)
        if let id = known.recorded { return .recorded(id) }
        var found = StoreReference?.none
        if known.store == nil {
            guard let id = try await inquiries.find(report.store, of: account) else { throw SaleError.unknownStore }
            found = .id(id)
        }
        var buyer = report.buyer
        if let reference = report.buyer, known.buyer == nil {
            guard let id = try await inquiries.find(reference, of: account) else { throw SaleError.unknownBuyer }
            buyer = .id(id)
        }
        let answered = SaleReport(
            externalID: report.externalID, type: report.type, occurredAt: report.occurredAt,
            store: found ?? report.store, buyer: buyer, total: report.total, detail: report.detail)
        let verdict = try await judge(answered, of: account)
        // The buyer was found and has been deleted at this very moment.
        if case .unheard = verdict { throw SaleError.unknownBuyer }
        return verdict
    }

    /// Writes a sale.
    ///
    /// The transaction throws ``SaleError/alreadyRecorded`` if somebody else was faster.
    func record(_ sale: Sale, in transaction: PostgresTransaction) throws {
        transaction.shareCommit()
        try store.insert(sale, in: transaction)
        try outbox.append(
            SaleRecorded(sale: sale.snapshot), subject: sale.id.description, sequence: 1, account: sale.account,
            in: transaction)
    }

    /// Up to `limit` sales that match, those that happened last first.
    func sales(
        _ filter: SaleFilter, after start: SaleStore.Start?, limit: Int, of account: AccountID
    ) async throws -> [Sale] {
        var store: StoreID?
        var buyers: [CustomerID]?
        if filter.store != nil || filter.buyer != nil {
            let known = try await parties.parties(of: filter, account)
            // Whom orders has not heard of has bought nothing.
            if filter.store != nil, known.store == nil { return [] }
            if filter.buyer != nil {
                guard !known.buyer.isEmpty else { return [] }
                buyers = known.buyer
            }
            store = known.store
        }
        return try await self.store.sales(
            filter, store: store, buyers: buyers, after: start, limit: limit, of: account)
    }
}
