import Schema
import Synchronization

/// Terms decoded lately: carts are held against the same few coupons all day. What they say now, the database says: only
/// terms of the very same text come from here.
final class CouponTermsCache: Sendable {
    private struct Entry {
        let text: String
        let terms: CouponTerms
    }

    private static let capacity = 1_000
    private let entries = Mutex<[Int64: Entry]>([:])

    /// The terms of a coupon, decoded if they are not here.
    func terms(of coupon: Int64, text: String) throws -> CouponTerms {
        if let known = entries.withLock({ $0[coupon] }), known.text == text { return known.terms }
        let terms = try JSON.decode(CouponTerms.self, from: text)
        entries.withLock { entries in
            if entries.count >= Self.capacity { entries.removeAll() }
            entries[coupon] = Entry(text: text, terms: terms)
        }
        return terms
    }
}
