import Edge
import Schema

/// The body of `POST /checkout/customers/{identifier}/cancel-subscriptions` and `…/cancel-fulfillments`.
struct CancellationRequest: Decodable, Sendable {
    let reason: String?
    let subscriptionNumber: String?
    let fulfillmentNumber: String?

    enum CodingKeys: String, CodingKey {
        case reason
        case subscriptionNumber = "subscription_number"
        case fulfillmentNumber = "fulfillment_number"
    }

    /// - Parameters:
    ///   - identifier: The path's.
    ///   - number: Which of the two numbers counts.
    func cancellation(
        _ identifier: String, _ number: KeyPath<CancellationRequest, String?>
    ) throws(RequestError) -> Cancellation {
        var validation = Validation()
        let reason = validation.required(reason, "reason", maximum: 500)
        if !reason.isEmpty, reason.unicodeScalars.count < 3 {
            validation.fail(["reason"], "too_short", "This must have at least 3 characters.")
        }
        try validation.check()
        let given = self[keyPath: number]
        return Cancellation(identifier: identifier, number: given?.isEmpty == true ? nil : given, reason: reason)
    }
}
