import Enrichment
import Messaging
import Postgres
import Schema

/// The customers of the checkout, as the orders service tells of them.
struct CheckoutCustomers: Sendable {
    /// How long a number that was only just given may take to come over the bus.
    private static let patience: Duration = .seconds(1)

    let store: CheckoutCustomerStore
    let people: People
    let keyring: DataKeyring
    let arrivals: ReplyWaiter<CustomerKey, CheckoutCustomer>

    init(store: CheckoutCustomerStore, people: People, keyring: DataKeyring) {
        self.store = store
        self.people = people
        self.keyring = keyring
        arrivals = ReplyWaiter { try await store.customers($0) }
    }

    /// Takes in a customer whom the checkout met or learnt something of.
    func save(
        _ saved: CheckoutCustomerSaved, of account: AccountID, isNew: Bool, in transaction: Transaction
    ) async throws {
        let details = try keyring.open(saved.person)
        if !isNew, let person = try await store.update(saved.customerID, of: account, details, in: transaction) {
            return try await people.complete(person, with: details, of: account, in: transaction)
        }
        let person = try await people.person(
            behind: details, number: saved.customerNumber, of: account, in: transaction)
        let customer = CheckoutCustomer(
            id: saved.customerID, account: account, number: saved.customerNumber, person: person.id, details: details,
            createdAt: .now())
        try store.insert(customer, in: transaction)
        transaction.afterCommit { [arrivals] in arrivals.wake([customer.key]) }
    }

    /// The customer of a number; one that was given today or yesterday is waited for.
    func customer(_ key: CustomerKey) async throws -> CheckoutCustomer? {
        if let customer = try await store.customers([key])[key] { return customer }
        guard key.isRecent(at: .now()) else { return nil }
        return try await arrivals.wait(for: key, timeout: Self.patience)
    }
}

extension CheckoutPerson {
    /// The telephone number in E.164, as far as it can be read.
    var phoneNumber: String? { phone.flatMap { E164(typed: $0, in: address?.country)?.text } }
}
