import Schema
import Testing

@testable import ServiceKit

@Suite struct LedgerConfigurationTests {
    private func configuration(
        of service: ServiceName = .consent, _ changes: [String: String?]
    ) throws -> LedgerConfiguration {
        try CaravanConfiguration(service: service, environment: Environments.with(changes)).ledger
    }

    @Test func readsKeysOriginAndInterval() throws {
        let keys = [DataKeyring.generateKey(), DataKeyring.generateKey()]
        let ledger = try configuration([
            "CARAVAN_LEDGER_KEYS": keys.joined(separator: ","), "CARAVAN_LEDGER_RETIRED_KEYS": keys[1],
            "CARAVAN_LEDGER_ORIGIN": "shop.example/consent", "CARAVAN_LEDGER_INTERVAL_MS": "250",
        ])
        #expect(ledger.keys.map(\.count) == [32, 32])
        #expect(ledger.retiredKeys == [ledger.keys[1]])
        #expect(ledger.origin == "shop.example/consent")
        #expect(ledger.checkpointInterval == .milliseconds(250))
    }

    /// Who can't sign doesn't start; others have no need to.
    @Test func onlyConsentNeedsKeys() throws {
        #expect(throws: ConfigurationError.self) { _ = try configuration(["CARAVAN_LEDGER_KEYS": nil]) }
        #expect(try configuration(of: .orders, ["CARAVAN_LEDGER_KEYS": nil]).keys == [])
        #expect(try configuration(of: .orders, [:]).keys == [], "other services leave the keys alone")
    }

    @Test(arguments: [
        ("CARAVAN_LEDGER_KEYS", "AAAA"), ("CARAVAN_LEDGER_KEYS", "no base64"), ("CARAVAN_LEDGER_RETIRED_KEYS", "x"),
        ("CARAVAN_LEDGER_ORIGIN", "two words"), ("CARAVAN_LEDGER_ORIGIN", "a+b"),
        ("CARAVAN_LEDGER_INTERVAL_MS", "9"),
    ])
    func refusesWhatIsWrong(name: String, value: String) throws {
        let error = #expect(throws: ConfigurationError.self) { _ = try configuration([name: value]) }
        let text = error.map { "\($0)" } ?? ""
        #expect(text.contains(name))
        #expect(name != "CARAVAN_LEDGER_KEYS" || !text.contains(value), "a key must not be shown")
    }
}
