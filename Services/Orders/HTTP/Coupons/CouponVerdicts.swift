import Edge
import Schema
import Synchronization

/// Writes the answers of validations. A coupon is the longest part of its verdict and the same in most of them, so it is
/// encoded once for as long as it stays the same.
final class CouponVerdicts: Sendable {
    /// All that a coupon's body is made of.
    private struct Shown: Equatable {
        let coupon: Coupon
        let isValid: Bool
        let isExpired: Bool

        init(_ body: CouponBody) {
            coupon = body.coupon
            isValid = body.coupon.isValid(at: body.time)
            isExpired = body.coupon.isExpired(at: body.time)
        }
    }

    private static let capacity = 1_000
    private let bodies = Mutex<[Int64: (shown: Shown, bytes: [UInt8])]>([:])

    /// The verdict as JSON, its keys in order as ``JSON`` has them: the coupon comes first.
    func json(_ verdict: CouponVerdictBody, on coupon: CouponBody) throws -> [UInt8] {
        let rest = try JSON.encode(verdict)
        return try Array(#"{"coupon":"#.utf8) + body(coupon) + [UInt8(ascii: ",")] + rest.dropFirst()
    }

    private func body(_ body: CouponBody) throws -> [UInt8] {
        let shown = Shown(body)
        if let known = bodies.withLock({ $0[body.coupon.id] }), known.shown == shown { return known.bytes }
        let bytes = try JSON.encode(body)
        bodies.withLock { bodies in
            if bodies.count >= Self.capacity { bodies.removeAll() }
            bodies[body.coupon.id] = (shown, bytes)
        }
        return bytes
    }
}
