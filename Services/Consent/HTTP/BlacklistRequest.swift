import Edge
import Schema

/// The body of `POST /checkout/customers/{customer_number}/blacklist`.
struct BlacklistRequest: Decodable, Sendable {
    let types: [String]?
    let reason: String?
    let cancelSubscriptions: Bool?
    let cancelFulfillments: Bool?

    enum CodingKeys: String, CodingKey {
        case types, reason
        case cancelSubscriptions = "cancel_subscriptions"
        case cancelFulfillments = "cancel_fulfillments"
    }

    /// What the ban is to be like. Without types it is of all of them.
    func terms() throws(RequestError) -> BlacklistTerms {
        var validation = Validation()
        let reason = validation.reason(reason)
        var kinds: [BlacklistDigest.Kind] = []
        for (index, type) in (types ?? []).enumerated() {
            if let kind = BlacklistDigest.Kind(rawValue: type) {
                if !kinds.contains(kind) { kinds.append(kind) }
            } else {
                let known = BlacklistDigest.Kind.allCases.map(\.rawValue).joined(separator: ", ")
                validation.fail(["types", "\(index)"], "invalid_choice", "This must be one of: \(known).")
            }
        }
        try validation.check()
        return BlacklistTerms(
            kinds: kinds.isEmpty ? BlacklistDigest.Kind.allCases : kinds, reason: reason,
            cancelSubscriptions: cancelSubscriptions ?? true, cancelFulfillments: cancelFulfillments ?? true)
    }
}

/// The body of `POST /checkout/customers/{customer_number}/remove-blacklist`.
struct RemoveBlacklistRequest: Decodable, Sendable {
    let reason: String?

    func checkedReason() throws(RequestError) -> String {
        var validation = Validation()
        let reason = validation.reason(reason)
        try validation.check()
        return reason
    }
}

extension Validation {
    /// Why something is done to a customer: 3 to 500 characters.
    fileprivate mutating func reason(_ text: String?) -> String {
        let reason = required(text, "reason", maximum: 500)
        if !reason.isEmpty, reason.unicodeScalars.count < 3 {
            fail(["reason"], "too_short", "This must have at least 3 characters.")
        }
        return reason
    }
}
