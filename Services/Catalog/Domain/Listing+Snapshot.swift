public import Schema

extension Listing {
    /// The listing as its events carry it, with what only the clienteling API knows sealed.
    public func snapshot(sealedWith keyring: DataKeyring) throws -> ListingSnapshot {
        var listing = snapshot
        if !retail.isEmpty { listing.retail = try keyring.seal(.object(retail)) }
        return listing
    }

    /// The listing as most APIs know it.
    public var snapshot: ListingSnapshot {
        ListingSnapshot(
            id: id, externalID: content.externalID, sku: content.sku, status: status, description: content.description,
            price: content.price, quantity: content.quantity, available: available, photos: content.photos,
            watch: content.watch, createdAt: createdAt, updatedAt: updatedAt)
    }
}
