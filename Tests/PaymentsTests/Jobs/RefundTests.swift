import FoundationEssentials
import Schema
import TestKit
import Testing

@testable import Payments

/// Money given back: in full, in part, in parts, outside, and never too much.
@Suite struct RefundTests {
    @Test func inPartsUntilNothingIsLeft() async throws {
        try await Till.with { till in
            let charge = try await till.pay(till.charge())
            let first = try await till.settled(till.refund(charge.id, 2_500))
            #expect(first.amount == -2_500)
            #expect(first.status == .refunded)
            #expect(try await till.transaction(charge.id)?.status == .partiallyRefunded)
            let snapshot = try #require(try await till.snapshot(of: first.id))
            #expect(snapshot.parentID == charge.id)
            #expect(snapshot.refundedAmount == 2_500)

            let rest = try await till.settled(till.refund(charge.id))
            #expect(rest.amount == -8_500)
            #expect(first.tax + rest.tax == -1_000)
            #expect(try await till.transaction(charge.id)?.status == .refunded)

            let over = try await till.refund(charge.id, 1)
            try await eventually("it is refused") { try await till.events(of: over) == ["refund_rejected"] }
            #expect(try await till.snapshot(of: over)?.declineCode == RefundRefusal.nothingLeft.rawValue)
            // A refusal books nothing.
            #expect(try await till.transaction(over) == nil)
            #expect(try await till.differences() == [])
        }
    }

    @Test func outsideTheGateway() async throws {
        try await Till.with { till in
            let charge = try await till.pay(till.charge())
            let refund = try await till.refund(charge.id, isExternal: true)
            #expect(try await till.transaction(refund)?.status == .externallyRefunded)
            #expect(try await till.transaction(charge.id)?.status == .externallyRefunded)
            #expect(try await till.events(of: refund) == ["refund_completed"])
            #expect(try await till.differences() == [])
        }
    }

    @Test func whatWasPaidOutsideIsGivenBackOutside() async throws {
        try await Till.with { till in
            let charge = try await till.pay(till.charge(method: .external))
            let refund = try await till.refund(charge.id, 4_000)
            #expect(try await till.settled(refund).status == .refunded)
            #expect(try await till.differences() == [])
        }
    }

    @Test func aDeclinedChargeHasNothingToGiveBack() async throws {
        try await Till.with { till in
            let charge = try await till.pay(till.charge("4000000000000002"))
            let refund = try await till.refund(charge.id)
            #expect(try await till.snapshot(of: refund)?.declineCode == RefundRefusal.notRefundable.rawValue)
        }
    }

    /// Twenty at once, each a tenth: ten go through, whichever, and some answers are lost on the way.
    @Test func racingRefundsNeverExceedTheCharge() async throws {
        let losing = { @Sendable (id: TransactionID) in id.uuid.uuid.15.isMultiple(of: 3) }
        try await Till.with(gateway: { FlakyGateway(inner: $0, losesRefund: losing) }) { till in
            let charge = try await till.pay(till.charge())
            try await till.replica { other in
                let ids = (0..<20).map { _ in TransactionID() }
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for (number, id) in ids.enumerated() {
                        group.addTask {
                            try await till.send(
                                RefundRequested(
                                    refundID: id, transactionID: charge.id, orderID: OrderID(), amount: 1_100,
                                    isExternal: number.isMultiple(of: 5), reason: nil),
                                to: number.isMultiple(of: 2) ? other : nil)
                        }
                    }
                    try await group.waitForAll()
                }
                try await eventually("all have an answer") {
                    for id in ids where try await till.events(of: id).last?.hasPrefix("refund_") != true {
                        return false
                    }
                    return true
                }
                var completed = 0
                for id in ids where try await till.events(of: id).last == "refund_completed" { completed += 1 }
                #expect(completed == 10)
            }
            let end = try #require(try await till.transaction(charge.id))
            #expect(end.refunded == end.amount)
            #expect(end.refunding == 0)
            #expect(try await till.differences() == [])
        }
    }
}
