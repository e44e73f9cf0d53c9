import Edge
import Schema
import ServiceKit

/// The clienteling API's customers.
struct RetailCustomerRoutes: Sendable {
    let customers: RetailCustomers
    let list: PersonList
    let idempotency: Idempotency

    var routes: [Route] {
        let records = RetailOS.ResourceRoutes<Person, RetailCustomer>.Records(
            sorts: RetailCustomers.sorts.map(\.key), fields: Person.retailFields,
            find: { [list] reference, account in try await list.person(PersonReference(reference), of: account) },
            page: { [customers] query, account in try await customers.page(query, of: account) },
            body: { $0.retailBody })
        return RetailOS.ResourceRoutes(customers.queue, records, idempotency: idempotency) { RetailCustomer(&$0) }
            .routes
    }
}

extension PersonReference {
    fileprivate init(_ reference: RetailOS.Reference) {
        switch reference {
        case .id(let id): self = .id(CustomerID(uuid: id))
        case .externalID(let text): self = .external(text)
        }
    }
}
