import Schema
import Testing

@testable import Payments

/// The life of a charge, without I/O.
@Suite struct PaymentTransactionTests {
    private static let statuses = TransactionStatus.allKnown
    private static let verdicts: [GatewayAnswer.Verdict] = [
        .completed, .authorized, .redirect("https://wallet.example"), .pending, .declined(code: "generic_decline"),
        .declined(code: PaymentDecline.notApproved), .voided, .chargeback,
    ]

    /// Everything that may happen; whatever is not listed here changes nothing.
    private static let transitions: [TransactionStatus: [GatewayAnswer.Verdict: TransactionStatus]] = [
        .pending: [
            .completed: .completed, .authorized: .authorized, .redirect("https://wallet.example"): .pendingRedirect,
            .pending: .processing, .declined(code: "generic_decline"): .declined,
            .declined(code: PaymentDecline.notApproved): .declined, .voided: .voided,
        ],
        .processing: [
            .completed: .completed, .authorized: .authorized, .redirect("https://wallet.example"): .pendingRedirect,
            .declined(code: "generic_decline"): .declined, .declined(code: PaymentDecline.notApproved): .declined,
            .voided: .voided,
        ],
        .pendingRedirect: [
            .completed: .completed, .authorized: .authorized, .declined(code: "generic_decline"): .declined,
            .declined(code: PaymentDecline.notApproved): .pendingRedirect, .voided: .voided,
        ],
        .authorized: [
            .completed: .completed, .declined(code: "generic_decline"): .declined,
            .declined(code: PaymentDecline.notApproved): .declined, .voided: .voided,
        ],
        .completed: [.voided: .voided, .chargeback: .chargeback],
        .partiallyRefunded: [.chargeback: .chargeback],
    ]

    @Test(arguments: statuses) func onlyTheListedTransitionsHappen(from status: TransactionStatus) {
        for verdict in Self.verdicts {
            var charge = Samples.charge(status)
            let before = charge
            let change = charge.settle(GatewayAnswer(verdict: verdict), by: Samples.sandbox, at: Samples.time)
            let expected = Self.transitions[status]?[verdict]
            #expect((change != nil) == (expected != nil), "\(status) + \(verdict)")
            if let expected {
                #expect(charge.status == expected, "\(status) + \(verdict)")
                #expect(charge.sequence == before.sequence + 1)
            } else {
                #expect(charge == before)
            }
            for movement in change?.movements ?? [] {
                #expect(movement.postings.reduce(0) { $0 + $1.amount } == 0)
            }
        }
    }

    @Test func aCaptureBooksMoneySalesAndTax() {
        var charge = Samples.charge()
        let change = charge.settle(
            GatewayAnswer(verdict: .completed, fee: 350), by: Samples.sandbox, at: Samples.time)
        #expect(change?.announcement == .completed)
        #expect(
            change?.movements == [
                .capture(11_000, to: .gatewayClearing, releasing: 0), .tax(1_000), .fee(350),
            ])
        #expect(
            change?.movements[0].postings == [
                LedgerPosting(account: .gatewayClearing, amount: 11_000),
                LedgerPosting(account: .sales, amount: -11_000),
            ])
    }

    @Test func aCaptureAfterAnAuthorisationReleasesIt() {
        var charge = Samples.charge()
        let held = charge.settle(GatewayAnswer(verdict: .authorized), by: nil, at: Samples.time)
        let taken = charge.settle(GatewayAnswer(verdict: .completed), by: nil, at: Samples.time)
        let postings = [held, taken].compactMap { $0 }.flatMap(\.movements).flatMap(\.postings)
        #expect(postings.filter { $0.account == .authorizationsHeld }.reduce(0) { $0 + $1.amount } == 0)
        #expect(postings.filter { $0.account == .gatewayClearing }.reduce(0) { $0 + $1.amount } == 11_000)
    }

    @Test func taxIsAssessedOnce() {
        var charge = Samples.charge(amount: 10_000, tax: 0, isTaxPending: true)
        charge.assess(ComputedTax(amount: 875, rate: "0.0875", isEnabled: true))
        charge.assess(ComputedTax(amount: 999, rate: "0.0999", isEnabled: true))
        #expect(charge.amount == 10_875)
        #expect(charge.tax == 875)
        #expect(charge.taxRate == "0.0875")
    }

    // MARK: Refunds

    @Test func refundsNeverExceedTheCharge() throws {
        var charge = Samples.charge(.completed)
        let part = try charge.reserve(4_000, at: Samples.time)
        #expect(part.amount == 4_000)
        #expect(charge.refundable == 7_000)
        #expect(throws: RefundRefusal.moreThanCharged) { try charge.reserve(7_001, at: Samples.time) }
        let rest = try charge.reserve(nil, at: Samples.time)
        #expect(rest.amount == 7_000)
        #expect(throws: RefundRefusal.nothingLeft) { try charge.reserve(nil, at: Samples.time) }
        #expect(throws: RefundRefusal.nothingLeft) { try charge.reserve(1, at: Samples.time) }
    }

    @Test(arguments: [Int64(0), -5]) func anAmountMustBeAboveZero(amount: Int64) {
        var charge = Samples.charge(.completed)
        #expect(throws: RefundRefusal.moreThanCharged) { try charge.reserve(amount, at: Samples.time) }
    }

    @Test(arguments: [TransactionStatus.pending, .processing, .pendingRedirect, .declined, .voided, .chargeback])
    func onlyWhatWasTakenIsGivenBack(status: TransactionStatus) {
        var charge = Samples.charge(status)
        #expect(throws: RefundRefusal.notRefundable) { try charge.reserve(nil, at: Samples.time) }
    }

    /// The shares of the tax, each rounded down, still sum to the whole.
    @Test func sharesOfTheTaxSumToTheTax() throws {
        var charge = Samples.charge(.completed, amount: 100, tax: 7)
        var shares: Int64 = 0
        for _ in 0..<33 { shares += try charge.reserve(3, at: Samples.time).tax }
        shares += try charge.reserve(nil, at: Samples.time).tax
        #expect(shares == 7)
    }

    @Test func theChargeFollowsItsRefunds() throws {
        var charge = Samples.charge(.completed)
        _ = try charge.reserve(1_000, at: Samples.time)
        charge.conclude(Samples.refund(of: charge, 1_000, status: .refunded), at: Samples.time)
        #expect(charge.status == .partiallyRefunded)
        _ = try charge.reserve(500, at: Samples.time)
        charge.conclude(Samples.refund(of: charge, 500, status: .declined), at: Samples.time)
        #expect(charge.refunded == 1_000)
        #expect(charge.refundable == 10_000)
        _ = try charge.reserve(nil, at: Samples.time)
        charge.conclude(Samples.refund(of: charge, 10_000, status: .refunded), at: Samples.time)
        #expect(charge.status == .refunded)
    }

    @Test func aRefundOutsideIsBookedOutside() {
        let charge = Samples.charge(.completed)
        var refund = Samples.refund(of: charge, 11_000, tax: 1_000, isExternal: true)
        let change = refund.settleRefund(GatewayAnswer(verdict: .completed), at: Samples.time)
        #expect(refund.status == .externallyRefunded)
        #expect(change?.movements == [.refund(11_000, from: .externalClearing, isExternal: true), .tax(-1_000)])
        let again = refund.settleRefund(GatewayAnswer(verdict: .completed), at: Samples.time)
        #expect(again == nil)
    }
}
