import Edge
import Messaging
import Postgres
import Schema

/// The only way to ban customers and to pardon them: it writes the rows, tells of them, and waits for the checkout, so
/// that a ban holds when its author hears of it.
struct Blacklist: Sendable {
    let store: BlacklistStore
    let customers: CheckoutCustomerStore
    let outbox: Outbox
    let digest: BlacklistDigest
    let applications: ReplyWaiter<AppliedKey, Blacklisting>

    init(database: PostgresDatabase, customers: CheckoutCustomerStore, outbox: Outbox, keyring: DataKeyring) {
        let store = BlacklistStore(database: database)
        self.store = store
        self.customers = customers
        self.outbox = outbox
        digest = BlacklistDigest(keyring: keyring)
        applications = ReplyWaiter { try await store.applied($0) }
    }

    /// Bans a customer; nothing can be bought any more once that is ``applied(_:)``.
    ///
    /// - Throws: `RequestError.rejected` for one who is banned. A ban whose request was given up before the checkout had
    ///   answered is answered instead, so that the request can be repeated.
    func ban(
        _ customer: CheckoutCustomer, _ terms: BlacklistTerms, in transaction: Transaction
    ) async throws -> Blacklisting {
        guard let customer = try await customers.lock(customer.key, in: transaction) else {
            throw RequestError.notFound("customer")
        }
        if let latest = try await store.latest(of: customer, in: transaction), latest.isActive {
            guard latest.isApplied else { return latest }
            throw RequestError.rejected(code: "already_blacklisted", message: "Customer is already blacklisted")
        }
        let ban = Blacklisting(terms, on: customer, items: try items(of: customer, terms), at: .now())
        try store.insert(ban, in: transaction)
        try tell(ban.banned, of: ban, in: transaction)
        return ban
    }

    /// Ends a customer's ban; everything can be bought again once that is ``applied(_:)``.
    ///
    /// - Throws: `RequestError.rejected` for one who is not banned. An end that is on its way is answered again.
    func lift(
        _ customer: CheckoutCustomer, reason: String, in transaction: Transaction
    ) async throws -> Blacklisting {
        guard let customer = try await customers.lock(customer.key, in: transaction),
            var ban = try await store.latest(of: customer, in: transaction), ban.isActive || !ban.isApplied
        else {
            throw RequestError.rejected(code: "not_blacklisted", message: "Customer is not blacklisted")
        }
        guard ban.isActive else { return ban }
        ban.lift(reason: reason, at: .now())
        store.saveLifting(ban, in: transaction)
        try tell(ban.lifted, of: ban, in: transaction)
        return ban
    }

    /// The checkout has acted on an event about a ban.
    func apply(
        _ applied: BlacklistApplied, sequence: Int64, of account: AccountID, in transaction: Transaction
    ) {
        store.apply(applied, sequence: sequence, of: account, in: transaction)
        let key = AppliedKey(account: account, id: applied.blacklistingID, sequence: sequence)
        transaction.afterCommit { [applications] in applications.wake([key]) }
    }

    /// Returns a ban once the checkout has acted on an event about it.
    func applied(_ key: AppliedKey) async throws -> Blacklisting {
        guard let applied = try await applications.wait(for: key, timeout: Patience.forOrders) else {
            throw RequestError.unavailable
        }
        return applied
    }

    private func items(of customer: CheckoutCustomer, _ terms: BlacklistTerms) throws -> [BlacklistItem] {
        let items = BlacklistItem.items(of: customer.details, kinds: terms.kinds, digest: digest)
        guard !items.isEmpty else {
            throw RequestError.invalid(
                "types", code: "unknown_data", "Nothing of these types is known of the customer.")
        }
        return items
    }

    private func tell(_ event: some Event, of ban: Blacklisting, in transaction: Transaction) throws {
        try outbox.append(
            event, subject: ban.id.description, sequence: ban.sequence, account: ban.account, in: transaction)
    }
}

/// How long requests wait for other services.
enum Patience {
    /// The orders service has only a few rows to write.
    static let forOrders: Duration = .seconds(10)
}
