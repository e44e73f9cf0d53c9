import Edge
import Messaging
import Postgres
import Schema

/// Asks the orders service what a customer has running. Following its events would be cheaper, but who cancels a
/// subscription and looks at once would still see it.
struct StandingChecks: Sendable {
    let database: PostgresDatabase
    let store: StandingCheckStore
    let outbox: Outbox
    let answers: ReplyWaiter<StandingCheckID, CustomerStanding>

    init(database: PostgresDatabase, outbox: Outbox) {
        let store = StandingCheckStore(database: database)
        self.database = database
        self.store = store
        self.outbox = outbox
        answers = ReplyWaiter { try await store.answers($0) }
    }

    /// What the customer has running now.
    func standing(of customer: CheckoutCustomer) async throws -> CustomerStanding {
        let id = StandingCheckID()
        try await database.withTransaction { transaction in
            store.insert(id, about: customer.key, at: .now(), in: transaction)
            try outbox.append(
                CustomerStandingRequested(checkID: id, customerNumber: customer.number), subject: id.description,
                sequence: 1, account: customer.account, in: transaction)
        }
        guard let standing = try await answers.wait(for: id, timeout: Patience.forOrders) else {
            throw RequestError.unavailable
        }
        return standing
    }

    /// The orders service has answered.
    func answer(_ reported: CustomerStandingReported, of account: AccountID, in transaction: Transaction) {
        store.answer(reported, of: account, in: transaction)
        transaction.afterCommit { [answers] in answers.wake([reported.checkID]) }
    }
}
