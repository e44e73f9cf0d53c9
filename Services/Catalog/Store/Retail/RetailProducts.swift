import Edge
import Logging
import Messaging
import Postgres
import Schema
import ServiceKit

/// The products that the clienteling API lists, and the jobs that change them.
struct RetailProducts: Sendable {
    let queue: RetailQueue<RetailProduct>
    private let listings: ListingStore

    init(stock: Stock, jobs: RetailJobStore, logger: Logger) {
        listings = stock.listings
        queue = RetailQueue(.product, store: jobs, logger: logger) { tasks, transaction in
            for task in tasks {
                try await stock.publish(task.work, as: task.externalID, for: task.account, in: transaction)
            }
        }
    }

    /// What rows can be sorted by, the default first, with their columns.
    static let sorts: KeyValuePairs<String, StaticString> = [
        "updatedAt": "updated_at", "createdAt": "id", "externalProductId": "external_id", "sku": "sku",
        "price": "price",
    ]

    func product(_ reference: RetailOS.Reference, of account: AccountID) async throws -> Listing? {
        switch reference {
        case .id(let id): try await listings.listing(ListingID(uuid: id), of: account)
        case .externalID(let name): try await listings.listing(externalID: name, of: account)
        }
    }

    /// A page of products, withdrawn and sold ones too, and how many there are.
    func page(_ query: RetailOS.ListQuery, of account: AccountID) async throws -> (items: [Listing], count: Int) {
        let column = Self.sorts.first { $0.key == query.sort }?.value ?? "updated_at"
        return try await listings.page(
            by: column, isDescending: query.isDescending, limit: query.limit, offset: query.offset, of: account)
    }
}

extension StockError: RetailRefusal {
    var message: String {
        switch self {
        case .priceMissing: "A new product needs a price."
        case .listingVanished: "The product is gone."
        }
    }
}
