import FoundationEssentials
public import Schema

/// Orders, products and stores as the clienteling API and its webhooks show them. The document shows only customers in full;
/// these follow their style: both ids, the whole record, null where nothing is known. Amounts are numbers in the currency's
/// major unit.
extension RetailOS {
    /// - Parameters:
    ///   - buyer: Opened from ``OrderSnapshot/buyer``.
    ///   - retail: What only this API knows, an object by its names, opened from ``OrderSnapshot/retail``.
    ///   - isNew: Whether this is the order as it was placed: only then are both times the same.
    public static func order(
        _ order: OrderSnapshot, buyer: Buyer?, retail: JSONValue?, isNew: Bool
    ) -> [String: JSONValue] {
        let currency = order.currency
        var body: [String: JSONValue] = [
            "externalCustomerId": .null, "externalStoreId": .null, "externalUserId": .null, "details": [:],
            "reporting": [:],
        ]
        body.merge(members(retail)) { $1 }
        body["externalOrderId"] = .string(order.channelOrderID)
        body["status"] = .string(order.status.rawValue)
        body["currency"] = .string(currency.code)
        body["total"] = amount(order.total, currency)
        for (name, value) in [
            ("subtotal", order.checkout?.subtotal), ("shipping", order.checkout?.shipping),
            ("tax", order.checkout?.tax), ("discount", order.checkout?.discount),
        ] {
            body[name] = value.map { amount($0, currency) } ?? .null
        }
        body["items"] = .array(order.lineItems.map { item($0, currency) })
        body["customer"] = buyer.map(Self.customer(of:)) ?? .null
        body["deliveryAddress"] = buyer.map(Self.address(of:)) ?? [:]
        body["orderedAt"] = .string(order.orderedAt.rfc3339)
        body.merge(aftersales(order.aftersales ?? Aftersales(), currency)) { $1 }
        body.merge(identity(order.id.uuid, order.createdAt, order.updatedAt, isNew: isNew)) { $1 }
        return body
    }

    /// - Parameters:
    ///   - retail: What only this API knows, opened from ``ListingSnapshot/retail``.
    ///   - isNew: Whether this is the product as it was published first.
    public static func product(_ listing: ListingSnapshot, retail: JSONValue?, isNew: Bool) -> [String: JSONValue] {
        let made = [listing.watch.brand, listing.watch.model].compactMap { $0 }.joined(separator: " ")
        var body: [String: JSONValue] = [
            "name": made.isEmpty ? .null : .string(made), "catalogue": .null, "category": .null, "details": [:],
            "reporting": [:],
        ]
        body.merge(members(retail)) { $1 }
        body["externalProductId"] = .string(listing.externalID)
        body["sku"] = text(listing.sku)
        body["status"] = .string(listing.status.rawValue)
        body["description"] = text(listing.description)
        body["price"] = amount(listing.price.minorUnits, listing.price.currency)
        body["currency"] = .string(listing.price.currency.code)
        body["quantity"] = .number(JSONNumber(listing.quantity))
        body["available"] = .number(JSONNumber(listing.available))
        body["images"] = .array(listing.photos.map { .string($0.url) })
        for (name, path) in watchTexts { body[name] = text(listing.watch[keyPath: path]) }
        body["year"] = listing.watch.year.map { .number(JSONNumber($0)) } ?? .null
        body["caseSizeMm"] =
            listing.watch.caseSizeMM.flatMap { JSONNumber($0.description) }.map { .number($0) } ?? .null
        body["complications"] = .array((listing.watch.complications ?? []).map { .string($0) })
        body.merge(identity(listing.id.uuid, listing.createdAt, listing.updatedAt, isNew: isNew)) { $1 }
        return body
    }

    /// The texts that are known of a watch, by the names of this API.
    public static let watchTexts: [(String, any WritableKeyPath<WatchDetails, String?> & Sendable)] = [
        ("brand", \.brand), ("model", \.model), ("reference", \.reference), ("condition", \.condition),
        ("caseMaterial", \.caseMaterial), ("dialColor", \.dialColor), ("movementType", \.movementType),
        ("watchSet", \.watchSet),
    ]

    /// - Parameters:
    ///   - retail: What only this API knows, opened from ``StoreSnapshot/retail``.
    ///   - isNew: Whether this is the store as it was reported first.
    public static func store(_ store: StoreSnapshot, retail: JSONValue?, isNew: Bool) -> [String: JSONValue] {
        var body: [String: JSONValue] = [
            "catalogue": .null, "telephone": .null, "email": .null, "images": [], "salesTarget": [],
            "details": [:], "reporting": [:], "clientId": .null, "regionId": .null,
            "address": store.address.map(Self.address(of:)) ?? [:],
        ]
        body.merge(members(retail)) { $1 }
        body["externalStoreId"] = .string(store.externalID)
        body["name"] = .string(store.name)
        body["status"] = .string(store.status.rawValue)
        body.merge(identity(store.id.uuid, store.createdAt, store.updatedAt, isNew: isNew)) { $1 }
        return body
    }

    /// The id and the two times of a record, which are the same only where it is as it was made.
    static func identity(
        _ id: UUID, _ createdAt: Timestamp, _ updatedAt: Timestamp, isNew: Bool
    ) -> [String: JSONValue] {
        // The id's clock may give the time of creation, which can be ahead of a change that follows at once.
        let change = isNew ? createdAt : max(updatedAt, createdAt + .milliseconds(1))
        return [
            "id": .string(id.uuidString.lowercased()), "createdAt": .string(createdAt.rfc3339),
            "updatedAt": .string(change.rfc3339),
        ]
    }

    static func text(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }

    private static func members(_ retail: JSONValue?) -> [String: JSONValue] {
        if case .object(let members)? = retail { members } else { [:] }
    }

    /// An amount of minor units as a number of major ones.
    private static func amount(_ minorUnits: Int64, _ currency: Currency) -> JSONValue {
        JSONNumber(Money(minorUnits: minorUnits, currency: currency).decimalString).map { .number($0) } ?? .null
    }

    private static func item(_ line: OrderLine, _ currency: Currency) -> JSONValue {
        [
            "externalProductId": text(line.externalID), "sku": text(line.sku), "name": text(line.name),
            "quantity": .number(JSONNumber(line.quantity)), "unitPrice": amount(line.unitAmount, currency),
        ]
    }

    private static func customer(of buyer: Buyer) -> JSONValue {
        [
            "name": text(buyer.name), "firstName": text(buyer.firstName), "lastName": text(buyer.lastName),
            "email": text(buyer.email), "telephone": text(buyer.phone),
        ]
    }

    private static func address(of buyer: Buyer) -> JSONValue {
        [
            "address1": text(buyer.addressLine1), "address2": text(buyer.addressLine2), "city": text(buyer.city),
            "county": text(buyer.region), "postCode": text(buyer.postalCode), "country": text(buyer.country),
        ]
    }

    private static func address(of store: StoreAddress) -> JSONValue {
        [
            "address1": .string(store.addressLine1), "address2": text(store.addressLine2),
            "city": .string(store.locality), "county": text(store.administrativeArea1 ?? store.administrativeArea2),
            "postCode": .string(store.postalCode), "country": .string(store.countryCode),
        ]
    }

    private static func aftersales(_ aftersales: Aftersales, _ currency: Currency) -> [String: JSONValue] {
        [
            "returns": .array(
                aftersales.returns.map { item in
                    [
                        "quantity": .number(JSONNumber(item.quantity)), "reason": .string(item.reason),
                        "createdAt": .string(item.createdAt.rfc3339),
                    ]
                }),
            "refunds": .array(
                aftersales.refunds.map { refund in
                    [
                        "amount": amount(refund.amount, currency), "status": .string(refund.status.rawValue),
                        "reason": .string(refund.reason), "createdAt": .string(refund.createdAt.rfc3339),
                    ]
                }),
            "shipments": .array(
                aftersales.shipments.map { shipment in
                    [
                        "status": .string(shipment.status.rawValue), "carrier": text(shipment.carrier),
                        "trackingNumber": text(shipment.trackingNumber), "trackingUrl": text(shipment.trackingURL),
                        "updatedAt": .string(shipment.updatedAt.rfc3339),
                    ]
                }),
        ]
    }
}
