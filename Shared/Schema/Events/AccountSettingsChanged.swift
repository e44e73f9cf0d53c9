/// An account's settings changed. The subject is the account.
public struct AccountSettingsChanged: DescribedEvent {
    public static let name = "account_settings_changed"
    public static let version = 1
    public static let topic = Topic.ordersEvents
    public static let summary = "An account's settings changed. The subject is the account."

    /// In which time zone days begin, as an IANA name.
    public var timeZone: String
    /// Whether mail addresses are checked.
    public var enrichEmail: Bool
    /// Whether telephone numbers are checked.
    public var enrichPhone: Bool
    /// Whether addresses are checked.
    public var enrichAddress: Bool

    /// Makes the event.
    public init(timeZone: String, enrichEmail: Bool, enrichPhone: Bool, enrichAddress: Bool) {
        self.timeZone = timeZone
        self.enrichEmail = enrichEmail
        self.enrichPhone = enrichPhone
        self.enrichAddress = enrichAddress
    }

    enum CodingKeys: String, CodingKey {
        case timeZone = "time_zone"
        case enrichEmail = "enrich_email"
        case enrichPhone = "enrich_phone"
        case enrichAddress = "enrich_address"
    }

    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.timeZone, String.self, "In which time zone days begin, as an IANA name."),
            .required(CodingKeys.enrichEmail, Bool.self, "Whether mail addresses are checked."),
            .required(CodingKeys.enrichPhone, Bool.self, "Whether telephone numbers are checked."),
            .required(CodingKeys.enrichAddress, Bool.self, "Whether addresses are checked."),
        ])
    }

    public static var example: AccountSettingsChanged {
        AccountSettingsChanged(
            timeZone: "America/New_York", enrichEmail: true, enrichPhone: true, enrichAddress: false)
    }
}
