import Edge
import FoundationEssentials
import Messaging
import Postgres
import Schema

/// Asks the owners of stores and people about those that orders has not heard of. A projection is always a moment behind,
/// so what a client made just now is found all the same, and "there is none" is certain.
struct Inquiries: Sendable {
    let database: PostgresDatabase
    let store: InquiryStore
    let parties: KnownPartyStore
    let outbox: Outbox
    let answers: ReplyWaiter<InquiryID, InquiryAnswer>
    /// How long an owner may take to answer.
    let patience: Duration

    init(database: PostgresDatabase, outbox: Outbox, patience: Duration = .seconds(8)) {
        let store = InquiryStore(database: database)
        self.database = database
        self.store = store
        self.outbox = outbox
        self.patience = patience
        parties = KnownPartyStore(database: database)
        answers = ReplyWaiter { try await store.answers($0) }
    }

    /// Whether catalog has the store; its answer is in the projection then.
    /// - Throws: `RequestError.unavailable` if catalog does not answer.
    func find(_ reference: StoreReference, of account: AccountID) async throws -> StoreID? {
        try await ask(of: account) { id in
            switch reference {
            case .id(let store): StoreRequested(inquiryID: id, storeID: store, externalID: nil)
            case .externalID(let name): StoreRequested(inquiryID: id, storeID: nil, externalID: name)
            }
        }.map(StoreID.init(uuid:))
    }

    /// Who consent says the buyer is, added there if the reference allows that; the projection knows them then.
    /// - Throws: `RequestError.unavailable` if consent does not answer.
    func find(_ reference: BuyerReference, of account: AccountID) async throws -> CustomerID? {
        try await ask(of: account) { id in
            switch reference {
            case .id(let customer):
                PersonRequested(inquiryID: id, customerID: customer, externalID: nil, addsUnknown: false)
            case .externalID(let name):
                PersonRequested(
                    inquiryID: id, customerID: nil, externalID: name, addsUnknown: reference.addsUnknown)
            }
        }.map(CustomerID.init(uuid:))
    }

    private func ask(of account: AccountID, _ question: (InquiryID) -> some Event) async throws -> UUID? {
        let id = InquiryID()
        try await database.withTransaction { transaction in
            store.insert(id, of: account, in: transaction)
            try outbox.append(
                question(id), subject: id.description, sequence: 1, account: account, in: transaction)
        }
        return switch try await answers.wait(for: id, timeout: patience) {
        case .found(let found): found
        case .unknown: nil
        case nil: throw RequestError.unavailable
        }
    }

    // MARK: Answers

    func answer(_ reported: StoreReported, of account: AccountID, in transaction: Transaction) {
        if let store = reported.store { parties.save(store, of: account, in: transaction) }
        answer(reported.inquiryID, found: reported.store?.id.uuid, of: account, in: transaction)
    }

    func answer(_ reported: PersonReported, of account: AccountID, in transaction: Transaction) {
        if let id = reported.customerID {
            parties.save(KnownPerson(id: id, externalID: reported.externalID), of: account, in: transaction)
        }
        answer(reported.inquiryID, found: reported.customerID?.uuid, of: account, in: transaction)
    }

    private func answer(_ id: InquiryID, found: UUID?, of account: AccountID, in transaction: Transaction) {
        store.answer(id, found: found, of: account, in: transaction)
        transaction.afterCommit { [answers] in answers.wake([id]) }
    }
}
