import Schema
import Testing

@testable import Consent

/// Who a report means, without I/O.
@Suite struct PersonRegisterTests {
    private static let time = Timestamp(microseconds: 1_700_000_000_000_000)
    private let account = AccountID()

    private func report(
        _ externalID: String, _ claim: PhoneClaim? = nil, given: Bool = true, email: String? = nil,
        marketing: Bool? = nil
    ) -> CustomerReport {
        var report = CustomerReport(externalID: externalID, email: email, acceptsMarketing: marketing)
        report.isExternalIDGiven = given
        report.phoneNumber = claim
        return report
    }

    private func register(_ reports: CustomerReport...) -> PersonRegister {
        let people = reports.map { Person($0, of: account, at: Self.time) }
        return PersonRegister(people, of: account, at: Self.time + .seconds(1))
    }

    @Test func aFirmClaimOnANamedPersonsNumberIsRefusedAndChangesNothing() throws {
        var register = register(report("a", .firm("+33612345678")), report("b"))
        let owner = try #require(register.person(externalID: "a"))
        for name in ["b", "c"] {
            #expect(throws: PhoneCollision(id: owner.id, externalID: "a")) {
                try register.apply(report(name, .firm("+33612345678")))
            }
        }
        #expect(register.changes.isEmpty)
        #expect(register.person(externalID: "c") == nil)
    }

    @Test func aSoftClaimNeverCollidesNorReplaces() throws {
        var register = register(report("a", .firm("+33612345678")), report("b", .firm("+33612345679")))
        #expect(try register.apply(report("c", .ifFree("+33612345678"))).person.details.phoneNumber == nil)
        #expect(
            try register.apply(report("b", .ifFree("+33612345670"))).person.details.phoneNumber == "+33612345679")
        #expect(try register.apply(report("c", .ifFree("+33612345670"))).person.details.phoneNumber == "+33612345670")
    }

    @Test func whomNobodyNamedTakesTheFirstName() throws {
        var register = register(report("CUST-1", .firm("+33612345678"), given: false))
        let unnamed = try #require(register.person(number: "+33612345678"))
        let named = try register.apply(report("a", .firm("+33612345678")))
        #expect(named.isMatched)
        #expect(named.person.id == unnamed.id)
        #expect(named.person.givenExternalID == "a")
        #expect(register.person(externalID: "CUST-1") == nil)
        #expect(register.changed.map(\.id) == [unnamed.id])
    }

    @Test func twoBecomeOneWithAllThatEitherHad() throws {
        var register = register(
            report("a", email: "a@example.com"),
            report("CUST-1", .firm("+33612345678"), given: false, email: "A@example.com", marketing: true))
        let (kept, gone) = (
            try #require(register.person(externalID: "a")), try #require(register.person(externalID: "CUST-1"))
        )
        let outcome = try register.apply(report("a", .firm("+33612345678")))
        #expect(outcome.person.id == kept.id)
        #expect(outcome.person.details.email == "a@example.com")
        #expect(outcome.person.details.phoneNumber == "+33612345678")
        #expect(outcome.person.acceptsMarketing, "a consent is not lost")
        #expect(register.changes.count == 1)
        guard case .joined(_, let other)? = register.changes.first else {
            Issue.record("not joined")
            return
        }
        #expect(other.id == gone.id)
        #expect(register.changed.map(\.id) == [kept.id], "the other is not written any more")
    }

    @Test func nobodyAgreesAtAnAddressTheyDidNotName() throws {
        var register = register(
            report("a", email: "a@example.com"),
            report("CUST-1", .firm("+33612345678"), given: false, email: "b@example.com", marketing: true))
        let joined = try register.apply(report("a", .firm("+33612345678"))).person
        #expect(joined.marketingAddress == nil)
        #expect(joined.details.email == "a@example.com")
    }

    @Test func sequencesHaveNoGapsAndStampsDiffer() throws {
        var register = register(report("a"))
        _ = try register.apply(report("a", email: "a@example.com", marketing: true))
        _ = try register.apply(report("b", email: "b@example.com", marketing: true))
        _ = try register.apply(report("a", email: "c@example.com"))
        let first = register.changes.filter { $0.person.externalID == "a" }.map(\.person.sequence)
        // Updated, consent to a's mail; updated, withdrawn from the old address, given for the new one.
        #expect(first == [2, 3, 4, 5, 6])
        let stamps = register.changed.map(\.updatedAt)
        #expect(Set(stamps).count == 2)
        #expect(stamps.allSatisfy { $0 >= Self.time + .seconds(1) })
    }

    @Test func aNumberIsTakenFromItsOwnerFirstWhereItChangesHands() throws {
        var register = register(report("a", .firm("+33612345671")), report("b", .firm("+33612345672")))
        _ = try register.apply(report("a", .firm("+33612345673")))
        _ = try register.apply(report("b", .firm("+33612345671")))
        _ = try register.apply(report("a", .firm("+33612345672")))
        #expect(Set(register.releasing) == Set(register.changed.map(\.id)))
    }
}
