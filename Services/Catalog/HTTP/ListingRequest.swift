import Edge
import Schema

/// The body of `PUT /admin/v1/listings/{external_id}`. The price's amount is in minor units.
struct ListingRequest: Decodable, Sendable {
    struct Price: Decodable, Sendable {
        let amount: Int64?
        let currency: String?
    }

    let sku: String?
    let description: String?
    let status: ListingStatus?
    let price: Price?
    let quantity: Int?
    let photos: [ListingPhoto]?
    let watch: WatchDetails?

    static let quantities: ClosedRange<Int> = 0...1_000_000_000
    static let amounts: ClosedRange<Int64> = 0...Int64.max

    /// What this body publishes. One piece is offered where no quantity is given.
    func content(externalID: String) throws(RequestError) -> ListingContent {
        var validation = Validation()
        let externalID = validation.required(externalID, "external_id")
        let sku = validation.optional(sku, "sku")
        let description = validation.optional(description, "description", maximum: 20_000)
        let quantity = validation.integer(quantity ?? 1, in: Self.quantities, "quantity")
        let price = price(&validation)
        let photos = photos(&validation)
        let watch = watch(&validation)
        if let status, !status.isKnown {
            validation.fail(["status"], "invalid_choice", "This must be active, inactive or sold.")
        }
        try validation.check()
        return ListingContent(
            externalID: externalID, sku: sku, isOffered: status != .inactive, description: description, price: price,
            quantity: status == .sold ? 0 : quantity, photos: photos, watch: watch)
    }

    private func photos(_ validation: inout Validation) -> [ListingPhoto] {
        guard let photos else { return [] }
        guard photos.count <= 100 else {
            validation.fail(["photos"], "too_many", "There are at most 100 photos.")
            return []
        }
        for (index, photo) in photos.enumerated() {
            _ = validation.required(photo.url, "photos", "\(index)", "url", maximum: 2_048)
        }
        // Together they leave room for the rest of the listing in its events.
        validation.size(of: photos, "photos", maximum: 256 << 10)
        return photos
    }

    private func watch(_ validation: inout Validation) -> WatchDetails {
        guard let watch else { return WatchDetails() }
        let texts = [
            ("brand", watch.brand), ("model", watch.model), ("reference", watch.reference),
            ("condition", watch.condition), ("case_material", watch.caseMaterial), ("dial_color", watch.dialColor),
            ("movement_type", watch.movementType), ("watch_set", watch.watchSet),
        ]
        for (name, text) in texts { _ = validation.optional(text, "watch", name) }
        let complications = watch.complications ?? []
        if complications.count > 50 {
            validation.fail(["watch", "complications"], "too_many", "There are at most 50 complications.")
        }
        for (index, text) in complications.prefix(50).enumerated() {
            _ = validation.optional(text, "watch", "complications", "\(index)")
        }
        return watch
    }

    /// The price, or zero euros where it is at fault.
    private func price(_ validation: inout Validation) -> Money {
        let amount = validation.integer(price?.amount, in: Self.amounts, "price", "amount")
        let currency = validation.currency(price?.currency, "price", "currency")
        return Money(minorUnits: amount, currency: currency ?? .eur)
    }
}
