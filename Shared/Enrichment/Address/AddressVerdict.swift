public import Schema

/// Whether the post delivers to an address of the United States, and how it would write the address, by USPS
/// Publication 28. Tables decide, not a directory of all streets: an address that fits them may still not exist.
///
/// Addresses elsewhere are tidied but not judged.
public struct AddressVerdict: Encodable, Hashable, Sendable {
    /// What could be better.
    public enum Improvement: String, Encodable, Sendable {
        case none
        case standardization = "address_standardization"
    }

    /// What the buyer is to do.
    public enum Action: String, Encodable, Sendable {
        case none
        case apartmentNumber = "apartment_number"
        case update = "address_update"
    }

    /// The address as the post writes it.
    public let standardized: StandardizedAddress
    public let actionAvailable: Improvement
    public let actionRequired: Action
    /// For people, in the API's words.
    public let message: String

    /// Judges an address as it was typed.
    public init(of address: PostalAddress?) {
        guard let address else {
            self.init(.empty, .none, .update, "Invalid address")
            return
        }
        guard address.country.uppercased() == "US" else {
            self.init(StandardizedAddress(tidying: address), .none, .none, "Address validation failed")
            return
        }
        let street = StreetLine(address.address1, address.address2 ?? "")
        let state = USState(address.state)
        let zip = ZIPCode(address.postalCode)
        let standardized = StandardizedAddress(
            street1: street.line, street2: street.remark, city: Spelling.titleCase(address.city),
            state: state?.code ?? address.state.tidied,
            postalCode: zip?.five ?? address.postalCode.tidied, plus4: zip?.plus4 ?? "")
        let improvement: Improvement =
            standardized.differs(from: address) ? .standardization : .none
        if !street.isComplete || state == nil || zip == nil || standardized.city.isEmpty {
            self.init(standardized, improvement, .update, "Invalid address")
        } else if let state, let zip, !state.contains(zip) {
            self.init(standardized, improvement, .update, "Address validation failed")
        } else if street.lacksUnit {
            self.init(standardized, improvement, .apartmentNumber, "Apartment or suite number may be missing")
        } else {
            self.init(standardized, improvement, .none, "Address validated successfully")
        }
    }

    private init(
        _ standardized: StandardizedAddress, _ actionAvailable: Improvement, _ actionRequired: Action,
        _ message: String
    ) {
        self.standardized = standardized
        self.actionAvailable = actionAvailable
        self.actionRequired = actionRequired
        self.message = message
    }

    enum CodingKeys: String, CodingKey {
        case standardized, message
        case actionAvailable = "action_available"
        case actionRequired = "action_required"
    }
}

/// An address as the post writes it.
public struct StandardizedAddress: Encodable, Hashable, Sendable {
    /// House number, street and unit.
    public let street1: String
    /// What belongs to no street: a company, a recipient.
    public let street2: String
    public let city: String
    /// Two capitals.
    public let state: String
    /// The five digits of a ZIP code.
    public let postalCode: String
    /// The four digits behind them, where the buyer gave them: they are never made up.
    public let plus4: String

    static let empty = StandardizedAddress(street1: "", street2: "", city: "", state: "", postalCode: "", plus4: "")

    enum CodingKeys: String, CodingKey {
        case city, state, plus4
        case street1 = "street_1"
        case street2 = "street_2"
        case postalCode = "postal_code"
    }
}

extension StandardizedAddress {
    /// An address whose country's rules are not known here: only its spaces are put in order.
    fileprivate init(tidying address: PostalAddress) {
        self.init(
            street1: address.address1.tidied, street2: (address.address2 ?? "").tidied, city: address.city.tidied,
            state: address.state.tidied, postalCode: address.postalCode.tidied, plus4: "")
    }

    fileprivate func differs(from address: PostalAddress) -> Bool {
        let zip = plus4.isEmpty ? postalCode : "\(postalCode)-\(plus4)"
        return street1 != address.address1 || street2 != address.address2 ?? "" || city != address.city
            || state != address.state || zip != address.postalCode
    }
}

extension String {
    /// Without spaces at the ends and with single ones between.
    fileprivate var tidied: String { split(whereSeparator: \.isWhitespace).joined(separator: " ") }
}
