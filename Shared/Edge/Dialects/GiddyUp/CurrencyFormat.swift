import Schema

extension GiddyUp {
    /// How amounts of a currency are written for people (`giddyup.md`, "Get Order": `currency_format`).
    struct CurrencyFormat: Encodable, Sendable {
        var decimalMark = "."
        var thousandsSeparator = ","
        var prefix = ""
        var suffix = ""
        /// Told where the symbol alone would be ambiguous: `$10 CAD`.
        var currencyCodeSuffix = ""

        enum CodingKeys: String, CodingKey {
            case prefix, suffix, format
            case decimalMark = "decimal_mark"
            case thousandsSeparator = "thousands_separator"
            case currencyCodeSuffix = "currency_code_suffix"
        }

        /// The format of a currency; a currency without a symbol of its own is told by its code.
        init(_ currency: Currency) {
            switch currency.code {
            case "USD": prefix = "$"
            case "EUR": prefix = "€"
            case "GBP": prefix = "£"
            case "JPY": prefix = "¥"
            case "AUD", "CAD", "HKD", "MXN", "NZD", "SGD", "TWD":
                prefix = "$"
                currencyCodeSuffix = " \(currency.code)"
            case "DKK", "NOK", "SEK":
                decimalMark = ","
                thousandsSeparator = "."
                suffix = " kr"
                currencyCodeSuffix = " \(currency.code)"
            case "BRL":
                decimalMark = ","
                thousandsSeparator = "."
                prefix = "R$"
            default: currencyCodeSuffix = " \(currency.code)"
            }
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(decimalMark, forKey: .decimalMark)
            try container.encode(thousandsSeparator, forKey: .thousandsSeparator)
            try container.encode(prefix, forKey: .prefix)
            try container.encode(suffix, forKey: .suffix)
            try container.encode(currencyCodeSuffix, forKey: .currencyCodeSuffix)
            try container.encode("\(prefix)[amount]\(suffix)\(currencyCodeSuffix)", forKey: .format)
        }
    }
}
