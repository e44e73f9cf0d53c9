import Edge
import Schema

/// What was cancelled of a customer, as it was before.
struct Cancelled<Item: Sendable>: Sendable {
    let customerID: CustomerID?
    let customerNumber: String
    let items: [Item]
}

/// What a client wants cancelled.
struct Cancellation: Equatable, Sendable {
    /// The number of a customer, or of what is to be cancelled.
    let identifier: String
    /// The number of what is to be cancelled, beside the customer's.
    let number: String?
    let reason: String

    /// Finds out what is meant.
    ///
    /// - Parameters:
    ///   - kind: What is cancelled, for the words of the refusal.
    ///   - owner: The number of the customer whose something of a number is; nil if there is none.
    ///   - isCustomer: Whether there is a customer of a number.
    /// - Returns: The customer, and the one thing to cancel; nil for all.
    func target(
        of kind: String, owner: (String) async throws -> String?, isCustomer: (String) async throws -> Bool
    ) async throws -> (customer: String, number: String?) {
        guard try await !isCustomer(identifier) else {
            guard let number else { return (identifier, nil) }
            guard let customer = try await owner(number) else { throw RequestError.notFound(kind) }
            guard customer == identifier else { throw Self.foreign(kind) }
            return (customer, number)
        }
        guard let customer = try await owner(identifier) else {
            throw RequestError.notFound("customer or \(kind)")
        }
        guard number == nil || number == identifier else { throw Self.foreign(kind) }
        return (customer, identifier)
    }

    private static func foreign(_ kind: String) -> RequestError {
        .rejected(code: "foreign_\(kind)", message: "The \(kind) does not belong to this customer")
    }
}
