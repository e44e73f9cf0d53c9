import Schema

/// Amounts as Stripe counts them ("Supported currencies"): in minor units as ISO 4217 has them, with a few exceptions.
enum StripeAmount {
    /// nil for an amount that Stripe cannot take.
    static func units(of money: Money) -> Int64? {
        switch money.currency.code {
        // Counted in hundredths although there are none.
        case "ISK", "UGX":
            let (units, overflow) = money.minorUnits.multipliedReportingOverflow(by: 100)
            return overflow ? nil : units
        // Counted whole although there are fifths.
        case "MGA": return money.minorUnits.isMultiple(of: 100) ? money.minorUnits / 100 : nil
        default:
            // The last of three digits must be zero.
            let isWhole = money.currency.minorUnitDigits < 3 || money.minorUnits.isMultiple(of: 10)
            return isWhole ? money.minorUnits : nil
        }
    }
}
