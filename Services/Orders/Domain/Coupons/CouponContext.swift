import Schema

/// The cart that a coupon is judged by, as far as it is known. All amounts are minor units of the cart's currency.
struct CouponContext: Equatable, Sendable {
    /// A product in the cart.
    struct Line: Equatable, Sendable {
        /// The number of the campaign product.
        var product: Int64
        var category: Int64?
        var quantity = 1
        /// The price of one; nil where only the product is known.
        var unitPrice: Int64?
    }

    var currency: Currency
    /// The price of all items.
    var subtotal: Int64
    var shipping: Int64 = 0
    var lines: [Line] = []
    /// What one of a product costs by its campaign, where lines do not say it.
    var campaignPrices: [Int64: Int64] = [:]
    /// Categories that are known to be in the cart, beside those of the lines.
    var categories: Set<Int64> = []
    /// An ISO 3166 code.
    var country: String?
    var email: String?

    /// Whether the lines say prices. Who asks with product numbers alone has told no quantities either.
    var isPriced: Bool { lines.contains { $0.unitPrice != nil } }
    var products: Set<Int64> { Set(lines.map(\.product)) }
    var allCategories: Set<Int64> { categories.union(lines.compactMap(\.category)) }
}

/// What is known about a customer and a coupon.
struct CouponStanding: Equatable, Sendable {
    /// How often the customer has used it.
    var uses: Int64 = 0
    /// Whether the customer has bought anything yet.
    var hasBought = false
}

/// Why a coupon cannot be used.
enum CouponRefusal: Error, Equatable, Sendable {
    case unknown, inactive, notStarted, expired, usageLimitReached, customerLimitReached
    case belowMinimum(String)
    case productNotAllowed, productExcluded, categoryNotAllowed, categoryExcluded
    case countryNotAllowed, emailNotAllowed, notFirstOrder, offerNotMet

    /// The refusal in words for the buyer.
    var message: String {
        switch self {
        case .unknown: "This coupon does not exist."
        case .inactive: "This coupon is not active."
        case .notStarted: "This coupon is not valid yet."
        case .expired: "This coupon has expired."
        case .usageLimitReached: "This coupon has reached its usage limit."
        case .customerLimitReached: "You have used this coupon as often as it can be used."
        case .belowMinimum(let amount): "This coupon needs a purchase of at least \(amount)."
        case .productNotAllowed: "This coupon is not valid for the products in the cart."
        case .productExcluded: "This coupon cannot be used with a product in the cart."
        case .categoryNotAllowed: "This coupon is not valid for the categories in the cart."
        case .categoryExcluded: "This coupon cannot be used with a category in the cart."
        case .countryNotAllowed: "This coupon is not valid in this country."
        case .emailNotAllowed: "This coupon is not valid for this email address."
        case .notFirstOrder: "This coupon is for first-time customers only."
        case .offerNotMet: "The cart does not hold what this coupon asks for."
        }
    }
}
