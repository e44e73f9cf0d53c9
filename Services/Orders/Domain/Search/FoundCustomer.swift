import Schema

/// A customer that a search of orders has found.
struct FoundCustomer: Sendable {
    let id: CustomerID
    let number: String
    let person: CheckoutPerson
    let createdAt: Timestamp
    /// Those that were looked for, newest first.
    var orders: [CheckoutOrder]
}
