import Schema
import Testing

@testable import Payments

/// What a batch of outcomes comes to, without I/O.
@Suite struct SettlingTests {
    private func outcome(
        _ transaction: PaymentTransaction, _ verdict: GatewayAnswer.Verdict, isNotice: Bool = false
    ) -> PaymentOutcome {
        PaymentOutcome(
            transaction: transaction.id, parent: transaction.parent, answer: GatewayAnswer(verdict: verdict),
            gateway: Samples.sandbox, isNotice: isNotice)
    }

    @Test func ofSeveralOutcomesTheFirstCounts() {
        let charge = Samples.charge()
        var settling = Settling(rows: [charge.id: charge])
        settling.take(outcome(charge, .completed), at: Samples.time)
        settling.take(outcome(charge, .completed, isNotice: true), at: Samples.time)
        settling.take(outcome(charge, .declined(code: "late")), at: Samples.time)
        #expect(settling.news.map(\.announcement) == [.completed])
        #expect(settling.entries.map(\.movement.kind) == [.capture, .tax])
    }

    @Test func anUnknownOutcomeKeepsTheTask() {
        let charge = Samples.charge()
        var settling = Settling(rows: [charge.id: charge])
        settling.take(outcome(charge, .pending), at: Samples.time)
        #expect(settling.open == [charge.id])
        #expect(settling.finished == [])
        #expect(settling.news.map(\.announcement) == [.pending])
    }

    @Test func aNoticeLeavesOtherTasksAlone() {
        let charge = Samples.charge(.pendingRedirect)
        var settling = Settling(rows: [charge.id: charge])
        settling.take(outcome(charge, .authorized, isNotice: true), at: Samples.time)
        #expect(settling.finished == [])
        settling.take(outcome(charge, .completed, isNotice: true), at: Samples.time)
        #expect(settling.finished == [charge.id])
    }

    @Test func twoRefundsOfOneChargeAddUp() throws {
        var charge = Samples.charge(.completed)
        _ = try charge.reserve(1_000, at: Samples.time)
        _ = try charge.reserve(10_000, at: Samples.time)
        let first = Samples.refund(of: charge, 1_000, tax: 90)
        let second = Samples.refund(of: charge, 10_000, tax: 910)
        var settling = Settling(rows: [charge.id: charge, first.id: first, second.id: second])
        settling.take(outcome(first, .completed), at: Samples.time)
        settling.take(outcome(second, .completed), at: Samples.time)
        #expect(settling.rows[charge.id]?.status == .refunded)
        #expect(settling.news.map(\.givenBack) == [1_000, 11_000])
    }

    @Test func onlyACardThatWorkedIsKept() {
        let saved = SavedCard(token: "t", summary: Samples.visa)
        for (verdict, count) in [(GatewayAnswer.Verdict.completed, 1), (.declined(code: "no"), 0)] {
            let charge = Samples.charge()
            var outcome = outcome(charge, verdict)
            outcome.saved = saved
            var settling = Settling(rows: [charge.id: charge])
            settling.take(outcome, at: Samples.time)
            #expect(settling.savedCards.count == count)
        }
    }
}
