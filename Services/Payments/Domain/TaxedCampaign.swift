import Schema

/// What the tax of a campaign's carts depends on.
struct TaxedCampaign: Sendable, Equatable {
    var currency: Currency
    var isTaxed: Bool
    /// nil stands for the built-in table.
    var provider: String?
}
