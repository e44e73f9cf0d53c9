import Edge
import Schema

/// A store as Noticia's API shows it.
struct StoreBody: Encodable, Sendable {
    struct Address: Encodable, Sendable {
        let addressLine1: String
        @Nullable var addressLine2: String?
        let postalCode: String
        let locality: String
        @Nullable var administrativeArea1: String?
        @Nullable var administrativeArea2: String?
        let countryCode: String

        init(_ address: StoreAddress) {
            addressLine1 = address.addressLine1
            addressLine2 = address.addressLine2
            postalCode = address.postalCode
            locality = address.locality
            administrativeArea1 = address.administrativeArea1
            administrativeArea2 = address.administrativeArea2
            countryCode = address.countryCode
        }

        enum CodingKeys: String, CodingKey {
            case locality
            case addressLine1 = "address_line1"
            case addressLine2 = "address_line2"
            case postalCode = "postal_code"
            case administrativeArea1 = "administrative_area1"
            case administrativeArea2 = "administrative_area2"
            case countryCode = "country_code"
        }
    }

    let id: StoreID
    let externalID: String
    let name: String
    let status: String
    @Nullable var address: Address?
    let createdAt: Timestamp
    let updatedAt: Timestamp

    init(_ store: StoreSnapshot) {
        id = store.id
        externalID = store.externalID
        name = store.name
        status = store.status.rawValue.uppercased()
        address = store.address.map(Address.init)
        createdAt = store.createdAt
        updatedAt = store.updatedAt
    }

    enum CodingKeys: String, CodingKey {
        case id, name, status, address
        case externalID = "external_id"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
    }
}
