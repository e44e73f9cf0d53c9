public import Schema

extension Listing {
    /// The listing as its events carry it.
    public var snapshot: ListingSnapshot {
        ListingSnapshot(
            id: id, externalID: content.externalID, sku: content.sku, status: status, description: content.description,
            price: content.price, quantity: content.quantity, available: available, photos: content.photos,
            watch: content.watch, createdAt: createdAt, updatedAt: updatedAt)
    }
}
