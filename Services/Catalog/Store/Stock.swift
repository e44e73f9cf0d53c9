import Messaging
import Postgres
import Schema

/// The only way to change listings and their stock: each verb writes the rows and appends the events that tell of it.
struct Stock: Sendable {
    let listings: ListingStore
    let allocations = AllocationStore()
    let outbox: Outbox
    let keyring: DataKeyring

    /// Publishes a listing under its external id; answers it, and whether it is new.
    func publish(_ content: ListingContent, for account: AccountID) async throws -> (listing: Listing, isNew: Bool) {
        try await listings.database.withTransaction { transaction in
            try await publish(content, for: account, in: transaction)
        }
    }

    private func publish(
        _ content: ListingContent, for account: AccountID, in transaction: PostgresTransaction
    ) async throws -> (listing: Listing, isNew: Bool) {
        let new = Listing(publishing: content, for: account, at: .now())
        if try await listings.insert(new, in: transaction) {
            try tellNew(new, in: transaction)
            return (new, true)
        }
        guard var listing = try await listings.lock(externalID: content.externalID, of: account, in: transaction) else {
            throw StockError.listingVanished
        }
        let before = listing.status
        if listing.publish(content, at: .now()) { try write(listing, was: before, in: transaction) }
        return (listing, false)
    }

    /// Publishes what a client of the clienteling API says of a product.
    ///
    /// - Throws: ``StockError/priceMissing`` for a new product without one; `ListingStore.race`.
    func publish(
        _ product: RetailProduct, as externalID: String, for account: AccountID, in transaction: PostgresTransaction
    ) async throws {
        let known = try await listings.lock(externalID: externalID, of: account, in: transaction)
        guard let content = product.content(of: externalID, over: known?.content) else {
            throw StockError.priceMissing
        }
        guard var listing = known else {
            let new = Listing(publishing: content, retail: product.retail, for: account, at: .now())
            guard try await listings.insert(new, in: transaction) else { throw ListingStore.race }
            return try tellNew(new, in: transaction)
        }
        let before = listing.status
        if listing.publish(content, retail: product.retail, at: .now()) {
            try write(listing, was: before, in: transaction)
        }
    }

    private func tellNew(_ listing: Listing, in transaction: PostgresTransaction) throws {
        let snapshot = try listing.snapshot(sealedWith: keyring)
        try append(ListingPublished(listing: snapshot), of: listing, in: transaction)
    }

    /// Sets stock aside for an order, for all lines or for none, and tells the order which.
    func allocate(_ order: OrderSnapshot, of account: AccountID, in transaction: PostgresTransaction) async throws {
        guard try await allocations.open(order.id, of: account, at: .now(), in: transaction) else { return }
        let locked = try await listings.lock(matching: order.lineItems, of: account, in: transaction)
        var plan = AllocationPlan(listings: locked)
        // The time is taken once the rows are locked: before, a wait for the locks would date the change back, to where
        // whoever follows `updated_after` has been already.
        switch plan.allocate(order.lineItems, at: .now()) {
        case .allocated(let taken):
            allocations.allocate(taken, to: order.id, of: account, in: transaction)
            for (before, listing) in zip(locked, plan.listings) where plan.touched.contains(listing.id) {
                try write(listing, was: before.status, in: transaction)
            }
            let event = StockAllocated(orderID: order.id, allocations: taken)
            try append(event, of: order.id, sequence: 1, account, in: transaction)
        case .unavailable(let reason):
            let event = StockUnavailable(orderID: order.id, reason: reason)
            try append(event, of: order.id, sequence: 1, account, in: transaction)
        }
    }

    /// Gives back what a cancelled order took.
    func release(_ order: OrderID, of account: AccountID, in transaction: PostgresTransaction) async throws {
        guard let released = try await allocations.release(order, of: account, at: .now(), in: transaction) else {
            return
        }
        let held = try await listings.lock(Array(released.quantities.keys), of: account, in: transaction)
        for var listing in held {
            let before = listing.status
            listing.release(released.quantities[listing.id] ?? 0, at: .now())
            try write(listing, was: before, in: transaction)
        }
        let event = StockReleased(orderID: order)
        try append(event, of: order, sequence: released.sequence, account, in: transaction)
    }

    /// Writes a changed listing, and tells that it was sold if this change sold it.
    private func write(_ listing: Listing, was before: ListingStatus, in transaction: PostgresTransaction) throws {
        try listings.update(listing, in: transaction)
        let snapshot = try listing.snapshot(sealedWith: keyring)
        if listing.status == .sold, before != .sold {
            try append(ListingSold(listing: snapshot), of: listing, in: transaction)
        } else {
            try append(ListingUpdated(listing: snapshot), of: listing, in: transaction)
        }
    }

    private func append(_ event: some Event, of listing: Listing, in transaction: PostgresTransaction) throws {
        try outbox.append(
            event, subject: listing.id.description, sequence: listing.sequence, account: listing.account,
            in: transaction)
    }

    private func append(
        _ event: some Event, of order: OrderID, sequence: Int64, _ account: AccountID,
        in transaction: PostgresTransaction
    ) throws {
        try outbox.append(event, subject: order.description, sequence: sequence, account: account, in: transaction)
    }
}

/// Why a listing cannot be changed.
enum StockError: Error {
    /// A listing that does not exist yet cannot be made without a price.
    case priceMissing
    /// The listing was there a moment ago; listings are never deleted.
    case listingVanished
}
