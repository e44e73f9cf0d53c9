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
            if let prefix = Self.prefixes[currency.code] {
                self.prefix = prefix
            } else if let suffix = Self.suffixes[currency.code] {
                self.suffix = suffix
            }
            if Self.commas.contains(currency.code) {
                decimalMark = ","
                thousandsSeparator = "."
            }
            let isNamed = prefix.isEmpty && suffix.isEmpty
            if isNamed || Self.ambiguous.contains(currency.code) { currencyCodeSuffix = " \(currency.code)" }
        }

        /// Symbols that stand before the amount.
        private static let prefixes = [
            "USD": "$", "AUD": "$", "CAD": "$", "HKD": "$", "MXN": "$", "NZD": "$", "SGD": "$", "TWD": "$", "EUR": "€",
            "GBP": "£", "JPY": "¥", "CNY": "¥", "BRL": "R$", "INR": "₹", "KRW": "₩", "ILS": "₪", "PHP": "₱", "THB": "฿",
            "TRY": "₺",
        ]
        /// Symbols that stand behind it.
        private static let suffixes = [
            "DKK": " kr", "NOK": " kr", "SEK": " kr", "PLN": " zł", "CZK": " Kč", "HUF": " Ft", "VND": " ₫",
        ]
        /// Those whose symbol is another's, too.
        private static let ambiguous: Set = [
            "AUD", "CAD", "HKD", "MXN", "NZD", "SGD", "TWD", "CNY", "DKK", "NOK", "SEK",
        ]
        /// Those that write `1.234,56`.
        private static let commas: Set = ["BRL", "DKK", "NOK", "SEK", "PLN", "CZK", "HUF", "TRY", "VND"]

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
