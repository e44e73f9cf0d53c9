import CPhoneNumber

/// Whether a telephone number is one, by libphonenumber's numbering plan.
///
/// Nobody is called or asked: that a number is out of service or prepaid cannot be known here, so those two messages
/// of the API are never given.
public struct PhoneVerdict: Encodable, Hashable, Sendable {
    /// What the buyer is to do.
    public enum Action: String, Encodable, Sendable {
        case none
        case confirmation = "phone_confirmation"
        case update = "phone_update"
    }

    /// Whether it is valid and callable.
    public let isValid: Bool
    public let actionRequired: Action
    /// For people, in the API's words.
    public let message: String

    /// Judges a number as it was typed.
    ///
    /// - Parameters:
    ///   - number: With or without a country code.
    ///   - country: The ISO 3166 code of the country that a number without a country code belongs to; else the US.
    public init(of number: String?, in country: String?) {
        var number = number ?? ""
        guard number.contains(where: { !$0.isWhitespace }) else {
            self.init(false, .update, "No phone number provided")
            return
        }
        let region = country.map { $0.uppercased() } ?? "US"
        let verdict = number.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { caravan_phone_judge($0.baseAddress, $0.count, region) }
        }
        switch verdict {
        case CARAVAN_PHONE_VALID: self.init(true, .none, "Phone number validated successfully")
        case CARAVAN_PHONE_VALID_VOIP: self.init(true, .confirmation, "VOIP phone detected")
        case CARAVAN_PHONE_POSSIBLE:
            self.init(false, .confirmation, "Phone validation failed: INVALID_BUT_POSSIBLE")
        default: self.init(false, .update, "Phone validation failed: INVALID")
        }
    }

    private init(_ isValid: Bool, _ actionRequired: Action, _ message: String) {
        self.isValid = isValid
        self.actionRequired = actionRequired
        self.message = message
    }

    enum CodingKeys: String, CodingKey {
        case message
        case isValid = "is_valid"
        case actionRequired = "action_required"
    }
}
