import Schema

/// A product as a client of the clienteling API tells of it. What is left out says nothing.
struct RetailProduct: Codable, Equatable, Sendable {
    var sku: String?
    var description: String?
    /// False when the item is withdrawn.
    var isOffered: Bool?
    var price: Money?
    var quantity: Int?
    var photos: [ListingPhoto]?
    var watch = WatchDetails()
    /// What no other API knows, by this API's names.
    var retail: [String: JSONValue] = [:]

    /// What this makes of a listing; nil if it is a new one and has no price.
    func content(of externalID: String, over known: ListingContent?) -> ListingContent? {
        guard let price = price ?? known?.price else { return nil }
        return ListingContent(
            externalID: externalID, sku: sku ?? known?.sku, isOffered: isOffered ?? known?.isOffered ?? true,
            description: description ?? known?.description, price: price, quantity: quantity ?? known?.quantity ?? 1,
            photos: photos ?? known?.photos ?? [], watch: watch.completed(with: known?.watch ?? WatchDetails()))
    }
}

extension WatchDetails {
    /// These details, and of others what is not among them.
    fileprivate func completed(with others: WatchDetails) -> WatchDetails {
        WatchDetails(
            brand: brand ?? others.brand, model: model ?? others.model, reference: reference ?? others.reference,
            year: year ?? others.year, condition: condition ?? others.condition,
            caseMaterial: caseMaterial ?? others.caseMaterial, caseSizeMM: caseSizeMM ?? others.caseSizeMM,
            dialColor: dialColor ?? others.dialColor, movementType: movementType ?? others.movementType,
            // None are shown as an empty list, which is sent back as one.
            complications: (complications ?? others.complications).flatMap { $0.isEmpty ? nil : $0 },
            watchSet: watchSet ?? others.watchSet)
    }
}
