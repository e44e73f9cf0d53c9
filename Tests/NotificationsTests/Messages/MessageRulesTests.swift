import Schema
import Testing

@testable import Notifications

/// Rules without I/O.
@Suite struct MessageRulesTests {
    @Test(arguments: [
        "STOP", "stop", " Stop. ", "STOPALL", "unsubscribe", "Cancel!", "END", "quit", "arret", "ARRÊT", "arre\u{302}t",
        "“STOP”", "\nstop\n",
    ])
    func `words that end it`(text: String) {
        #expect(StopWord.word(of: text) != nil)
    }

    @Test(arguments: ["", "Please stop", "stop it", "STOPP", "START", "ok", "!!!", "s t o p"])
    func `other words do not`(text: String) {
        #expect(StopWord.word(of: text) == nil)
    }

    @Test(arguments: ["+33612345678", "+12015550123", "+1234567", "+123456789012345"])
    func `numbers in E.164`(text: String) { #expect(SMSAddress.isE164(text)) }

    @Test(arguments: ["", "+", "33612345678", "+0612345678", "+336 12", "+123456", "+1234567890123456", "+3361234567a"])
    func `texts that are none`(text: String) { #expect(!SMSAddress.isE164(text)) }

    private let entry = ConsentEntryID()
    private let event = ID<EventID>()
    private func at(_ second: Int64) -> Timestamp { Timestamp(microseconds: second * 1_000_000) }

    private func verdict(
        granted: Bool? = nil, accepts: Bool? = nil, stopped: Int64? = nil
    ) -> MessageConsent.Verdict {
        MessageConsent(
            entry: granted.map { .init(id: entry, isGranted: $0, recordedAt: at(10)) },
            preference: accepts.map { .init(accepts: $0, event: event) }, stoppedAt: stopped.map(at)
        ).verdict
    }

    private func isRefused(_ verdict: MessageConsent.Verdict) -> Bool {
        if case .refused = verdict { true } else { false }
    }

    @Test func `the ledger's last word counts before a preference`() {
        #expect(verdict(granted: true) == .allowed(.entry(entry)))
        #expect(verdict(granted: true, accepts: false) == .allowed(.entry(entry)))
        #expect(isRefused(verdict(granted: false, accepts: true)))
        #expect(verdict(accepts: true) == .allowed(.event(event)))
        #expect(isRefused(verdict(accepts: false)))
        #expect(isRefused(verdict()))
    }

    @Test func `STOP counts until there is consent after it`() {
        #expect(isRefused(verdict(granted: true, stopped: 11)))
        #expect(isRefused(verdict(granted: true, stopped: 10)))
        #expect(verdict(granted: true, stopped: 9) == .allowed(.entry(entry)))
        #expect(isRefused(verdict(accepts: true, stopped: 1)))
    }

    @Test func `outcomes settle messages`() {
        let schedule = RetrySchedule([.seconds(60), .seconds(120)])
        func settle(_ outcome: MessageOutcome, _ attempts: Int) -> MessageOutcome.Settlement {
            outcome.settlement(afterAttempts: attempts, schedule: schedule, at: at(0), jitter: 0)
        }
        #expect(settle(.sent(providerID: "SM1"), 1).status == .sent)
        #expect(settle(.skipped(reason: "x"), 1).status == .skipped)
        #expect(settle(.refused(reason: "x"), 1).status == .failed)
        #expect(settle(.stopped(number: "+1", reason: "x"), 1).status == .failed)
        #expect(settle(.failed(reason: "x"), 1) == .init(status: .queued, reason: "x", dueAt: at(60)))
        #expect(settle(.failed(reason: "x"), 2) == .init(status: .queued, reason: "x", dueAt: at(120)))
        #expect(settle(.failed(reason: "x"), 3).status == .failed)
    }
}
