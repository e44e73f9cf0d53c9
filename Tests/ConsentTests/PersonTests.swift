import Consent
import Schema
import Testing

/// What becomes of a person as reports arrive, without I/O.
@Suite struct PersonTests {
    static let time = Timestamp(microseconds: 1_700_000_000_000_000)

    static func report(email: String? = nil, name: String? = nil, marketing: Bool? = nil) -> CustomerReport {
        CustomerReport(
            externalID: "c-1", email: email, name: name, phone: nil, acceptsMarketing: marketing, metadata: nil)
    }

    @Test func whatAReportLeavesOutStays() {
        var person = Person(Self.report(email: "a@example.com", marketing: true), of: AccountID(), at: Self.time)
        let isUpdated = person.update(Self.report(name: "Ada"), at: Self.time)
        #expect(isUpdated)
        #expect(person.details.email == "a@example.com")
        #expect(person.details.name == "Ada")
        #expect(person.acceptsMarketing)
        #expect(person.sequence == 2)
    }

    @Test func theSameAgainIsNoChange() {
        var person = Person(Self.report(email: "a@example.com"), of: AccountID(), at: Self.time)
        let before = person
        let isUpdated = person.update(Self.report(email: "a@example.com"), at: Self.time)
        #expect(!isUpdated)
        #expect(person == before)
    }

    @Test func marketingIsRefusedUntilSomeoneSaysOtherwise() {
        #expect(!Person(Self.report(), of: AccountID(), at: Self.time).acceptsMarketing)
    }

    /// The service's clock, which the id is made by, and the database's differ.
    @Test(arguments: [-3, 0, 3]) func nobodyWasChangedBeforeTheyWereCreated(milliseconds: Int) {
        let id = CustomerID()
        let time = id.time + .milliseconds(milliseconds)
        let person = Person(Self.report(), id: id, of: AccountID(), at: time)
        #expect(person.createdAt == min(id.time, time))
        #expect(person.updatedAt == time)
    }
}
