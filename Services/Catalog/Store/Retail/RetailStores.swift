import Edge
import Logging
import Messaging
import Postgres
import Schema
import ServiceKit

/// The stores that the clienteling API lists, and the jobs that change them.
struct RetailStores: Sendable {
    let queue: RetailQueue<RetailStore>
    private let store: ShopStore

    init(shops: Shops, jobs: RetailJobStore, logger: Logger) {
        store = shops.store
        queue = RetailQueue(.store, store: jobs, logger: logger) { tasks, transaction in
            for task in tasks {
                try await shops.upsert(task.work, as: task.externalID, of: task.account, in: transaction)
            }
        }
    }

    /// What rows can be sorted by, the default first, with their columns.
    static let sorts: KeyValuePairs<String, StaticString> = [
        "updatedAt": "updated_at", "createdAt": "id", "name": "name", "externalStoreId": "external_id",
    ]

    func store(_ reference: RetailOS.Reference, of account: AccountID) async throws -> Shop? {
        switch reference {
        case .id(let id): try await store.shop(.id(StoreID(uuid: id)), of: account)
        case .externalID(let name): try await store.shop(.externalID(name), of: account)
        }
    }

    /// A page of stores, and how many there are.
    func page(_ query: RetailOS.ListQuery, of account: AccountID) async throws -> (items: [Shop], count: Int) {
        let column = Self.sorts.first { $0.key == query.sort }?.value ?? "updated_at"
        return try await store.page(
            by: column, isDescending: query.isDescending, limit: query.limit, offset: query.offset, of: account)
    }
}

extension ShopError: RetailRefusal {
    var message: String {
        switch self {
        case .nameMissing: "A new store needs a name."
        case .vanished: "The store is gone."
        }
    }
}
