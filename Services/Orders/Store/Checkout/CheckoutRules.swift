import Edge
import Schema

/// The checkout's refusals, as clients hear them.
enum CheckoutRules {
    /// Refuses what a campaign does not sell here.
    static func check(_ campaign: CampaignSnapshot, country: String, currency: Currency) throws(RequestError) {
        let refusals = campaign.refusals(country: country, currency: currency)
        guard refusals.isEmpty else {
            throw .validation(refusals.map { FieldError(path: $0.field ?? [], code: "refused", message: $0.message) })
        }
    }

    /// Prices a cart, or says which product is at fault.
    ///
    /// - Parameter isListed: Whether the request has a list of products, and is not one itself.
    static func cart(
        _ requests: [CartRequest], of campaign: CampaignSnapshot, kind: CampaignProductKind, currency: Currency,
        firstLine: Int = 0, isListed: Bool = true
    ) throws(RequestError) -> Cart {
        do {
            return try Cart(requests, of: campaign, kind: kind, currency: currency, firstLine: firstLine)
        } catch {
            throw error.requestError(for: kind, isListed: isListed)
        }
    }
}

extension CartError {
    /// - Parameter isListed: Whether the request has a list of products, and is not one itself.
    func requestError(for kind: CampaignProductKind, isListed: Bool) -> RequestError {
        let (list, id) = kind == .upsell ? ("upsells", "upsell_id") : ("products", "offer_id")
        func fault(_ index: Int, _ field: String, _ code: String, _ message: String) -> RequestError {
            let place = isListed ? [list, "\(index)"] : []
            return .validation([FieldError(path: place + [field], code: code, message: message)])
        }
        return switch self {
        case .unknownProduct(let index): fault(index, id, "unknown", "The campaign does not sell this product.")
        case .duplicate(let index): fault(index, id, "duplicate", "The order may hold this product only once.")
        case .priceNotInCurrency(let index):
            fault(
                index, "price", "required",
                "The campaign's price does not exist in this currency, so a price must be given.")
        case .tooLarge: .invalid(isListed ? list : "price", code: "invalid_amount", "The total is too large.")
        }
    }
}

extension CampaignRefusal {
    var requestError: RequestError {
        guard let field else { return .rejected(code: "refused", message: message) }
        return .validation([FieldError(path: field, code: "refused", message: message)])
    }
}

extension RequestError {
    static let blacklisted = rejected(code: "blacklisted", message: "This customer is blacklisted")
    static let alreadyPaid = rejected(code: "already_paid", message: "Order has already been paid")
    static let orderCancelled = rejected(code: "cancelled", message: "Order was cancelled")
    static let notPaid = rejected(code: "not_paid", message: "Order has no completed payment")
    static let notOpenForUpsells = rejected(
        code: "not_open", message: "Upsells can only be added to a paid order that is not completed")
    static let nothingToCapture = notFound("capturable transaction of this order")
    static let notRefundable = rejected(code: "not_refundable", message: "Transaction cannot be refunded")
    static let refundTooLarge = rejected(
        code: "amount_too_large", message: "Refund amount is more than what is left of the transaction")
}
