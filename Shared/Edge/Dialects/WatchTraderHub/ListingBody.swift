public import Schema

extension WatchTraderHub {
    /// A listing as the dealer API answers and webhooks send it. The amount is minor units; what is unknown is null.
    public struct ListingBody: Encodable, Sendable {
        private let listing: ListingSnapshot

        /// Makes the body of a listing.
        public init(_ listing: ListingSnapshot) {
            self.listing = listing
        }

        enum CodingKeys: String, CodingKey {
            case object, id, status, description, price, photos, watch
            case externalID = "external_id"
            case createdAt = "created_at"
            case updatedAt = "updated_at"
        }

        public func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode("listing", forKey: .object)
            try container.encode(listing.id, forKey: .id)
            try container.encode(listing.externalID, forKey: .externalID)
            try container.encode(listing.status.rawValue, forKey: .status)
            try container.encode(listing.description, forKey: .description)
            try container.encode(PriceBody(listing.price), forKey: .price)
            try container.encode(listing.photos, forKey: .photos)
            try container.encode(WatchBody(watch: listing.watch), forKey: .watch)
            try container.encode(listing.createdAt, forKey: .createdAt)
            try container.encode(listing.updatedAt, forKey: .updatedAt)
        }
    }

    private struct PriceBody: Encodable {
        let amount: Int64
        let amountFormatted: String
        let currency: String

        init(_ price: Money) {
            amount = price.minorUnits
            amountFormatted = price.formatted
            currency = price.currency.code
        }

        enum CodingKeys: String, CodingKey {
            case amount, currency
            case amountFormatted = "amount_formatted"
        }
    }

    private struct WatchBody: Encodable {
        let watch: WatchDetails

        enum CodingKeys: String, CodingKey {
            case brand, model, reference, year, condition, complications
            case caseMaterial = "case_material"
            case caseSizeMM = "case_size_mm"
            case dialColor = "dial_color"
            case movementType = "movement_type"
            case watchSet = "watch_set"
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(watch.brand, forKey: .brand)
            try container.encode(watch.model, forKey: .model)
            try container.encode(watch.reference, forKey: .reference)
            try container.encode(watch.year, forKey: .year)
            try container.encode(watch.condition, forKey: .condition)
            try container.encode(watch.caseMaterial, forKey: .caseMaterial)
            try container.encode(watch.caseSizeMM, forKey: .caseSizeMM)
            try container.encode(watch.dialColor, forKey: .dialColor)
            try container.encode(watch.movementType, forKey: .movementType)
            try container.encode(watch.complications ?? [], forKey: .complications)
            try container.encode(watch.watchSet, forKey: .watchSet)
        }
    }
}
