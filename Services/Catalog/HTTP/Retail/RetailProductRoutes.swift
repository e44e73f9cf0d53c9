import Edge
import FoundationEssentials
import Schema
import ServiceKit

/// The clienteling API's products, which are the listings of all APIs.
struct RetailProductRoutes: Sendable {
    let products: RetailProducts
    let idempotency: Idempotency

    var routes: [Route] {
        let records = RetailOS.ResourceRoutes<Listing, RetailProduct>.Records(
            sorts: RetailProducts.sorts.map(\.key), fields: Self.fields,
            find: { [products] reference, account in try await products.product(reference, of: account) },
            page: { [products] query, account in try await products.page(query, of: account) },
            body: { $0.retailBody })
        return RetailOS.ResourceRoutes(products.queue, records, idempotency: idempotency) { RetailProduct(&$0) }.routes
    }

    private static let fields: Set<String> = {
        let content = ListingContent(
            externalID: "x", sku: nil, isOffered: true, description: nil,
            price: Money(minorUnits: 0, currency: .eur), quantity: 1, photos: [], watch: WatchDetails())
        return Set(Listing(publishing: content, for: AccountID(), at: .now()).retailBody.keys)
    }()
}

extension Listing {
    /// The listing as the clienteling API shows it.
    fileprivate var retailBody: [String: JSONValue] {
        RetailOS.product(snapshot, retail: .object(retail), isNew: sequence == 1)
    }
}

extension RetailProduct {
    /// What the body of Upsert product says.
    init(_ body: inout RetailOS.UpsertBody) {
        self.init()
        body.require("price")
        sku = body.text("sku")
        description = body.text("description", maximum: 20_000)
        readOffer(&body)
        photos = Self.photos(&body)
        for (name, path) in RetailOS.watchTexts { watch[keyPath: path] = body.text(name) }
        watch.year = body.value("year")
        watch.caseSizeMM = body.value("caseSizeMm")
        watch.complications = body.value("complications")
        if let complications = watch.complications {
            body.validation.size(of: complications, "complications", maximum: 16 << 10)
        }
        body.keep(texts: ["name", "catalogue", "category"], objects: ["details", "reporting"])
        retail = body.retail
    }

    private mutating func readOffer(_ body: inout RetailOS.UpsertBody) {
        if body["price"] != nil {
            let currency = body.validation.currency(body.text("currency"), "currency")
            let amount = body.validation.amount(body.value("price", as: DecimalText.self), in: currency, "price")
            price = currency.map { Money(minorUnits: amount, currency: $0) }
        }
        quantity = body.value("quantity", as: Int.self).map { quantity in
            body.validation.integer(quantity, in: ListingRequest.quantities, "quantity")
        }
        guard let status = body.text("status").map(ListingStatus.init(rawValue:)) else { return }
        if !status.isKnown {
            body.validation.fail(["status"], "invalid_choice", "This must be active, inactive or sold.")
        }
        isOffered = status != .inactive
        // What is sold shows by the stock: who sends back what was read does not sell it again.
        if status == .sold { quantity = quantity ?? 0 }
    }

    /// Addresses of pictures, each as a text or as the `url` of an object.
    private static func photos(_ body: inout RetailOS.UpsertBody) -> [ListingPhoto]? {
        guard let images = body.list("images") else { return nil }
        guard images.count <= 100 else {
            body.validation.fail(["images"], "too_many", "There are at most 100 images.")
            return nil
        }
        let photos = images.enumerated().map { index, image in
            var url: String?
            if case .string(let text) = image { url = text }
            if case .string(let text)? = image["url"] { url = text }
            if url == nil, image != .null {
                body.validation.fail(["images", "\(index)"], "invalid_type", "This must be an address, or have a url.")
            }
            let checked = body.validation.required(url, "images", "\(index)", maximum: 2_048)
            return ListingPhoto(url: checked, order: index)
        }
        body.validation.size(of: photos, "images", maximum: 256 << 10)
        return photos
    }
}
