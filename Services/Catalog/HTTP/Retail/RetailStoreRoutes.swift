import Edge
import FoundationEssentials
import Schema
import ServiceKit

/// The clienteling API's stores, which are the stores of all APIs.
struct RetailStoreRoutes: Sendable {
    let stores: RetailStores
    let idempotency: Idempotency

    var routes: [Route] {
        let records = RetailOS.ResourceRoutes<Shop, RetailStore>.Records(
            sorts: RetailStores.sorts.map(\.key), fields: Self.fields,
            find: { [stores] reference, account in try await stores.store(reference, of: account) },
            page: { [stores] query, account in try await stores.page(query, of: account) },
            body: { $0.retailBody })
        return RetailOS.ResourceRoutes(stores.queue, records, idempotency: idempotency) { RetailStore(&$0) }.routes
    }

    private static let fields: Set<String> = {
        let content = ShopContent(externalID: "x", name: "x", address: nil)
        return Set(Shop(content, of: AccountID(), at: .now()).retailBody.keys)
    }()
}

extension Shop {
    /// The shop as the clienteling API shows it.
    fileprivate var retailBody: [String: JSONValue] {
        RetailOS.store(snapshot, retail: .object(retail), isNew: sequence == 1)
    }
}

extension RetailStore {
    /// What the body of Upsert store says.
    init(_ body: inout RetailOS.UpsertBody) {
        self.init()
        if StoreID(body.externalID) != nil {
            body.validation.fail(
                [RetailOS.Resource.store.externalID], "invalid",
                "This reads as one of our own ids; nobody could refer to it.")
        }
        body.require("name")
        name = body.text("name")
        body.keep(
            texts: ["catalogue", "telephone", "email", "clientId", "regionId"],
            objects: ["address", "details", "reporting"], lists: ["images", "salesTarget"])
        retail = body.retail
        address = Self.address(body.texts(in: "address", RetailOS.addressFields))
    }

    /// An address as other APIs need it; nil if something is missing, or the country is none that they know.
    private static func address(_ texts: [String: String]) -> StoreAddress? {
        let address = texts.filter { !$0.value.allSatisfy(\.isWhitespace) }
        guard let line = address["address1"], let code = address["postCode"], let city = address["city"],
            let country = address["country"].flatMap(Country.code)
        else { return nil }
        return StoreAddress(
            addressLine1: line, addressLine2: address["address2"], postalCode: code, locality: city,
            administrativeArea1: address["county"], administrativeArea2: nil, countryCode: country)
    }
}
