import Edge
import Logging
import Messaging
import Postgres
import Schema
import ServiceKit

/// An order of whichever API, with what the checkout knows of it besides.
struct KnownOrder: Sendable {
    let order: Order
    let checkout: CheckoutOrder?

    /// The order as its events carry it, without what is sealed there.
    var snapshot: OrderSnapshot {
        var snapshot = checkout?.snapshot() ?? order.snapshot()
        snapshot.updatedAt = order.updatedAt
        return snapshot
    }

    var buyer: Buyer? { checkout?.checkout.contact.buyer ?? order.buyer }
}

/// The orders that the clienteling API lists, and the jobs that change them.
struct RetailOrders: Sendable {
    let queue: RetailQueue<RetailOrder>
    private let orders: OrderStore
    private let checkouts: CheckoutStore

    init(checkout: CheckoutBook, jobs: RetailJobStore, logger: Logger) {
        orders = checkout.orders.store
        checkouts = checkout.store
        queue = RetailQueue(.order, store: jobs, logger: logger) { tasks, transaction in
            for task in tasks {
                try await checkout.upsert(task.work, as: task.externalID, of: task.account, in: transaction)
            }
        }
    }

    /// What rows can be sorted by, the default first, with their columns.
    static let sorts: KeyValuePairs<String, StaticString> = [
        "updatedAt": "updated_at", "createdAt": "id", "externalOrderId": "channel_order_id",
    ]

    func order(_ reference: RetailOS.Reference, of account: AccountID) async throws -> KnownOrder? {
        let found =
            switch reference {
            case .id(let id): try await orders.order(OrderID(uuid: id), of: account)
            case .externalID(let number): try await orders.order(channelOrderID: number, of: account)
            }
        guard let order = found else { return nil }
        return KnownOrder(order: order, checkout: try await checkouts.order(order.id, of: account))
    }

    /// A page of orders that were placed, and how many there are.
    func page(_ query: RetailOS.ListQuery, of account: AccountID) async throws -> (items: [KnownOrder], count: Int) {
        let column = Self.sorts.first { $0.key == query.sort }?.value ?? "updated_at"
        let (page, count) = try await orders.page(
            by: column, isDescending: query.isDescending, limit: query.limit, offset: query.offset, of: account)
        let checkouts = try await checkouts.orders(page.map(\.id), of: account)
        return (page.map { KnownOrder(order: $0, checkout: checkouts[$0.id]) }, count)
    }
}

extension CheckoutStore {
    /// Some orders as they are now; those of other APIs are left out.
    fileprivate func orders(_ ids: [OrderID], of account: AccountID) async throws -> [OrderID: CheckoutOrder] {
        guard !ids.isEmpty else { return [:] }
        let found = try await database.query(
            """
            SELECT found.* FROM unnest((SELECT \(ids)::uuid[])) AS wanted (id)
            CROSS JOIN LATERAL (
                \(constant: Self.select) WHERE k.account_id = \(account) AND k.order_id = wanted.id LIMIT 1
            ) AS found
            """
        ).map { try CheckoutOrder($0, account: account) }
        return Dictionary(found.map { ($0.checkout.orderID, $0) }) { first, _ in first }
    }
}

extension RetailOrderRefusal: RetailRefusal {
    var message: String {
        switch self {
        case .itemsMissing: "A new order needs items and their currency."
        case .itemsFixed: "The items of an order cannot be changed."
        case .currencyFixed: "The currency of an order cannot be changed."
        case .cancelled: "The order was called off and stays so."
        case .ofCheckout: "This order is the checkout's: what is said of its buyer can only be changed there."
        case .notPlaced: "This is the number of an order of the checkout that is not paid."
        case .tooLarge: "The total is too large."
        case .shipped: BrandRefusal.shipped.message
        case .totalWrong: "The total is not what the items and what is known of the order add up to."
        }
    }
}
