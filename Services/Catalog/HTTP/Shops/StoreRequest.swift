import Edge
import Schema

/// The body of Noticia's `POST /v1/stores`.
struct StoreRequest: Decodable, Sendable {
    struct Address: Decodable, Sendable {
        let addressLine1: String?
        let addressLine2: String?
        let postalCode: String?
        let locality: String?
        let administrativeArea1: String?
        let administrativeArea2: String?
        let countryCode: String?

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

    let externalID: String?
    let name: String?
    let address: Address?

    enum CodingKeys: String, CodingKey {
        case name, address
        case externalID = "external_id"
    }

    /// The shop that this body tells of.
    func content() throws(RequestError) -> ShopContent {
        var validation = Validation()
        let externalID = validation.required(externalID, "external_id")
        if StoreID(externalID) != nil {
            validation.fail(["external_id"], "invalid", "This reads as one of our own ids; nobody could refer to it.")
        }
        let name = validation.required(name, "name")
        let address = address.map { Self.checked($0, &validation) }
        try validation.check()
        return ShopContent(externalID: externalID, name: name, address: address)
    }

    private static func checked(_ address: Address, _ validation: inout Validation) -> StoreAddress {
        let country = validation.required(address.countryCode, "address", "country_code").uppercased()
        if !country.isEmpty, country.utf8.count != 2 || !country.utf8.allSatisfy({ (0x41...0x5a).contains($0) }) {
            validation.fail(
                ["address", "country_code"], "invalid_country", "This is not a country code of two letters.")
        }
        return StoreAddress(
            addressLine1: validation.required(address.addressLine1, "address", "address_line1"),
            addressLine2: validation.optional(address.addressLine2, "address", "address_line2"),
            postalCode: validation.required(address.postalCode, "address", "postal_code", maximum: 32),
            locality: validation.required(address.locality, "address", "locality"),
            administrativeArea1: validation.optional(address.administrativeArea1, "address", "administrative_area1"),
            administrativeArea2: validation.optional(address.administrativeArea2, "address", "administrative_area2"),
            countryCode: country)
    }
}
