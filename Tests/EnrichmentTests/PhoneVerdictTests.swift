import Testing

@testable import Enrichment

@Suite struct PhoneVerdictTests {
    @Test(
        arguments: [
            ("(212) 736-5000", "US", true, .none, "Phone number validated successfully"),
            ("+1 212 736 5000", "FR", true, .none, "Phone number validated successfully"),
            ("06 12 34 56 78", "fr", true, .none, "Phone number validated successfully"),
            ("212 736 5000", nil, true, .none, "Phone number validated successfully"),
            ("056 1234 5678", "GB", true, .confirmation, "VOIP phone detected"),
            // The number of the API's own sample.
            ("5551234567", "US", false, .confirmation, "Phone validation failed: INVALID_BUT_POSSIBLE"),
            ("12", "US", false, .update, "Phone validation failed: INVALID"),
            ("call me", "US", false, .update, "Phone validation failed: INVALID"),
            ("+999 123 456 789", "US", false, .update, "Phone validation failed: INVALID"),
            ("212 736 5000", "nowhere", false, .update, "Phone validation failed: INVALID"),
            ("  ", "US", false, .update, "No phone number provided"),
            (nil, "US", false, .update, "No phone number provided"),
        ] as [(String?, String?, Bool, PhoneVerdict.Action, String)])
    func saysWhatIsWrong(
        _ number: String?, _ country: String?, _ isValid: Bool, _ action: PhoneVerdict.Action, _ message: String
    ) {
        let verdict = PhoneVerdict(of: number, in: country)
        #expect(verdict.message == message)
        #expect(verdict.isValid == isValid)
        #expect(verdict.actionRequired == action)
    }

    @Test(arguments: ["\u{0}", "2127365000\u{0}", "\u{FEFF}", "+", "٠٦١٢٣٤٥٦٧٨", String(repeating: "9", count: 10_000)])
    func survivesAnything(_ number: String) {
        #expect(!PhoneVerdict(of: number, in: "\u{0}").isValid)
    }

    @Test func mayBeAskedFromEverywhereAtOnce() async {
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<200 { group.addTask { PhoneVerdict(of: "(212) 736-5000", in: "US").isValid } }
            for await isValid in group { #expect(isValid) }
        }
    }
}
