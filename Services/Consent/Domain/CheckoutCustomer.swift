import Schema

/// Somebody who buys at the checkout: a person with a customer number.
struct CheckoutCustomer: Equatable, Sendable {
    /// The id that the checkout gave, which its API shows.
    let id: CustomerID
    let account: AccountID
    let number: String
    /// The person behind it; nil once their data was deleted.
    let person: CustomerID?
    /// What the checkout knows of them.
    var details: CheckoutPerson
    let createdAt: Timestamp

    /// First and last name.
    var name: String { details.fullName }
}

/// Where a customer is looked for.
struct CustomerKey: Hashable, Sendable {
    let account: AccountID
    let number: String

    /// Whether the number was given today or yesterday (UTC), says its date: whoever has it may be faster than the bus.
    func isRecent(at now: Timestamp) -> Bool {
        let parts = number.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "CUST" else { return false }
        return [now, now - .seconds(86_400)].contains { time in
            let day = time.rfc3339.prefix(10).dropFirst(2).filter { $0 != "-" }
            return parts[1] == day
        }
    }
}

extension CheckoutPerson {
    /// First and last name.
    var fullName: String { [firstName, lastName].filter { !$0.isEmpty }.joined(separator: " ") }

    /// The person as other channels know people.
    var personalDetails: PersonalDetails {
        PersonalDetails(
            email: email, name: fullName.isEmpty ? nil : fullName, phone: phone,
            firstName: firstName.isEmpty ? nil : firstName, lastName: lastName.isEmpty ? nil : lastName)
    }
}
