import Messaging
import Postgres
import Schema

/// The only way to change shops: it writes the rows and appends the events that tell of it.
struct Shops: Sendable {
    let store: ShopStore
    let outbox: Outbox
    let keyring: DataKeyring

    /// Creates or updates the shop of an external id; answers it, and whether it is new. What is known already changes
    /// nothing and is not told again.
    func upsert(
        _ content: ShopContent, of account: AccountID, in transaction: PostgresTransaction
    ) async throws -> (shop: Shop, isNew: Bool) {
        // Looked for first: nearly all reports are of shops that are known, and a lost insert would cost a dead row.
        if let known = try await store.lock(externalID: content.externalID, of: account, in: transaction) {
            return (try update(known, with: content, in: transaction), false)
        }
        let new = Shop(content, of: account, at: .now())
        if try await store.insert(new, in: transaction) {
            try append(StoreCreated(store: new.snapshot(sealedWith: keyring)), of: new, in: transaction)
            return (new, true)
        }
        // Somebody else was faster.
        guard let known = try await store.lock(externalID: content.externalID, of: account, in: transaction) else {
            throw ShopError.vanished
        }
        return (try update(known, with: content, in: transaction), false)
    }

    private func update(
        _ known: Shop, with content: ShopContent, in transaction: PostgresTransaction
    ) throws -> Shop {
        var shop = known
        if shop.update(content, at: .now()) { try write(shop, in: transaction) }
        return shop
    }

    /// Creates or updates the shop of an external id by what a client of the clienteling API says of it.
    ///
    /// - Throws: ``ShopError/nameMissing`` for a new shop without one; `ShopStore.race`.
    func upsert(
        _ said: RetailStore, as externalID: String, of account: AccountID, in transaction: PostgresTransaction
    ) async throws {
        if var shop = try await store.lock(externalID: externalID, of: account, in: transaction) {
            if shop.update(said, at: .now()) { try write(shop, in: transaction) }
            return
        }
        guard let name = said.name else { throw ShopError.nameMissing }
        let content = ShopContent(externalID: externalID, name: name, address: said.address)
        let new = Shop(content, retail: said.retail, of: account, at: .now())
        guard try await store.insert(new, in: transaction) else { throw ShopStore.race }
        try append(StoreCreated(store: new.snapshot(sealedWith: keyring)), of: new, in: transaction)
    }

    private func write(_ shop: Shop, in transaction: PostgresTransaction) throws {
        try store.update(shop, in: transaction)
        try append(StoreUpdated(store: shop.snapshot(sealedWith: keyring)), of: shop, in: transaction)
    }

    /// Answers on the bus whether there is a shop.
    func report(_ asked: StoreRequested, of account: AccountID, in transaction: PostgresTransaction) async throws {
        var shop: Shop?
        if let id = asked.storeID {
            shop = try await store.shop(.id(id), of: account, in: transaction)
        } else if let name = asked.externalID {
            shop = try await store.shop(.externalID(name), of: account, in: transaction)
        }
        try outbox.append(
            StoreReported(inquiryID: asked.inquiryID, store: shop?.snapshot(sealedWith: keyring)),
            subject: asked.inquiryID.description,
            sequence: 1, account: account, in: transaction)
    }

    private func append(_ event: some Event, of shop: Shop, in transaction: PostgresTransaction) throws {
        try outbox.append(
            event, subject: shop.id.description, sequence: shop.sequence, account: shop.account, in: transaction)
    }
}

/// Why a shop cannot be changed.
enum ShopError: Error {
    /// A shop that does not exist yet cannot be made without a name.
    case nameMissing
    /// The shop was there a moment ago; shops are never deleted.
    case vanished
}
