/// A part of a tax, by who levies it.
public struct TaxDetail: Codable, Hashable, Sendable, SchemaDescribing {
    /// What kind of authority levies it.
    public var level: TaxLevel
    /// Who levies it, in capitals: `CALIFORNIA`.
    public var jurisdiction: String
    /// Its rate as decimal text: `0.06`.
    public var rate: String
    /// What it comes to, in minor units.
    public var tax: Int64

    /// Makes a part; the tax is in minor units.
    public init(level: TaxLevel, jurisdiction: String, rate: String, tax: Int64) {
        self.level = level
        self.jurisdiction = jurisdiction
        self.rate = rate
        self.tax = tax
    }

    enum CodingKeys: String, CodingKey { case level, jurisdiction, rate, tax }

    public static var schema: JSONSchema {
        .object([
            .required(CodingKeys.level, TaxLevel.self, "What kind of authority levies it."),
            .required(CodingKeys.jurisdiction, String.self, "Who levies it, in capitals."),
            .required(CodingKeys.rate, String.self, "Its rate as decimal text, such as 0.06."),
            .required(CodingKeys.tax, Int64.self, "What it comes to, in minor units."),
        ])
    }

    static var example: TaxDetail {
        TaxDetail(level: .state, jurisdiction: "TEXAS", rate: "0.0825", tax: 413)
    }
}

/// What kind of authority levies a tax.
public struct TaxLevel: ExtensibleEnum {
    /// The name in JSON.
    public let rawValue: String
    /// Takes any name, known or not.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// A whole country: a value-added tax, or that of a federation.
    public static let country = TaxLevel(rawValue: "country")
    /// A state or a province.
    public static let state = TaxLevel(rawValue: "state")
    /// A county.
    public static let county = TaxLevel(rawValue: "county")
    /// A town.
    public static let city = TaxLevel(rawValue: "city")
    /// A district of its own: for transport, stadiums and the like.
    public static let special = TaxLevel(rawValue: "special")

    /// The names known today.
    public static let allKnown: [TaxLevel] = [.country, .state, .county, .city, .special]
}
