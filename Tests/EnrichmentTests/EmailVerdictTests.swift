import Testing

@testable import Enrichment

@Suite struct EmailVerdictTests {
    private let lists: EmailLists = {
        var lists = EmailLists.standard
        lists.catchAllDomains = ["anything.shop"]
        lists.suppressed = ["bounced@gmail.com", "complained.shop"]
        lists.spamTraps = ["trap@gmail.com"]
        return lists
    }()

    @Test(
        arguments: [
            ("jo.doe@gmail.com", .none, "Email address is valid and deliverable"),
            ("Jo+Caravan@GMail.com", .none, "Email address is valid and deliverable"),
            ("jo@sub.company.co.uk", .none, "Email address is valid and deliverable"),
            ("jo", .update, "Email address is invalid"),
            ("bounced@gmail.com", .update, "Email address is on suppression list"),
            ("anyone@mail.complained.shop", .update, "Email address is on suppression list"),
            ("trap@gmail.com", .update, "Email address is a spam trap"),
            ("jo@mailinator.com", .update, "Disposable email detected"),
            ("jo@inbox.mailinator.com", .update, "Disposable email detected"),
            ("abuse@company.com", .confirmation, "Email address is for abuse complaints"),
            ("info@company.com", .confirmation, "Role-based email detected"),
            ("support+vip@company.com", .confirmation, "Role-based email detected"),
            ("jo@anything.shop", .confirmation, "Domain accepts all email addresses"),
            ("jo@gmial.com", .confirmation, "Low deliverability score"),
            ("josé@correo.es", .confirmation, "Unable to verify email address"),
        ] as [(String, EmailVerdict.Action, String)])
    func saysWhatIsWrong(_ address: String, _ action: EmailVerdict.Action, _ message: String) {
        let verdict = EmailVerdict(of: address, lists: lists)
        #expect(verdict.message == message)
        #expect(verdict.actionRequired == action)
        #expect(verdict.isValid == (action != .update))
        #expect(verdict.lowDeliverability == (action != .none))
        // The API's bands: what is asked for agrees with the score.
        switch action {
        case .none: #expect(0.5...1 ~= verdict.deliverabilityScore)
        case .confirmation: #expect(0.25..<0.5 ~= verdict.deliverabilityScore)
        case .update: #expect(0..<0.25 ~= verdict.deliverabilityScore)
        }
    }

    @Test(arguments: [
        "", "@", "jo@", "@gmail.com", "jo@@gmail.com", "jo@doe@gmail.com", ".jo@gmail.com", "jo.@gmail.com",
        "jo..doe@gmail.com", "jo doe@gmail.com", "jo@gmail", "jo@-gmail.com", "jo@gmail-.com", "jo@gmail..com",
        "jo@127.0.0.1", "jo@[127.0.0.1]", "jo@gma_il.com", "jo@gmail.c", "\"jo\"@gmail.com", "jo,doe@gmail.com",
        "\(String(repeating: "j", count: 65))@gmail.com", "jo@\(String(repeating: "g", count: 64)).com",
        "jo@\(String(repeating: "g.", count: 130))com", "jo@shop.invalid", "jo@example.com", "jo@localhost",
    ])
    func refusesWhatIsNoMailbox(_ address: String) {
        let verdict = EmailVerdict(of: address, lists: lists)
        #expect(verdict.message == "Email address is invalid", "\(address)")
        #expect(verdict.deliverabilityScore == 0)
    }

    @Test(arguments: ["o'neil@gmail.com", "a@b.co", "jo_doe-1@gmail.com", "jo=doe/x@gmail.com", "jo@münchen.xn--p1ai"])
    func acceptsWhatTheStandardAllows(_ address: String) {
        #expect(EmailAddress(address) != nil, "\(address)")
    }

    @Test func trustsNamesMadeOfDigitsLess() {
        let bought = EmailVerdict(of: "jo84620173956@gmail.com", lists: lists)
        #expect(bought.deliverabilityScore < EmailVerdict(of: "jo.doe84@gmail.com", lists: lists).deliverabilityScore)
        #expect(bought.actionRequired == .none)
    }

    /// A line of the lists that is in capitals or no domain would never match.
    @Test func theListsCanMatch() {
        let standard = EmailLists.standard
        for domain in standard.disposableDomains.union(standard.lowDeliverabilityDomains) {
            #expect(EmailAddress("jo@\(domain)")?.domain == domain, "\(domain)")
        }
        for name in standard.roleLocalParts.union(standard.abuseLocalParts) {
            #expect(EmailAddress("\(name)@gmail.com")?.localPart == name, "\(name)")
        }
        #expect(standard.disposableDomains.count > 150)
    }
}
