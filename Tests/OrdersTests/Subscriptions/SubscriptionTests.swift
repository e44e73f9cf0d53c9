import Schema
import Testing

@testable import Orders

/// The whole life of a subscription, without I/O.
@Suite struct SubscriptionTests {
    private static let start = Timestamp(rfc3339: "2025-01-31T10:00:00.123Z") ?? .now()
    private static let retries: [Duration] = [.seconds(60), .seconds(120)]

    static func plan(_ interval: String = "monthly", cycles: Int? = nil) -> SubscriptionPlan {
        SubscriptionPlan(
            product: ChargedProduct(number: 7, name: "Box", kind: .offer), quantity: 2, unitPrice: 1_500, shipping: 0,
            currency: .usd, billingInterval: interval, totalCycles: cycles, campaignInternalID: "1",
            campaignName: "Spring", attribution: Attribution(),
            person: CheckoutPerson(email: "jo@example.com", firstName: "Jo", lastName: "Doe"),
            address: PostalAddress(address1: "1 Main St", city: "LA", state: "CA", postalCode: "90001", country: "US"),
            isTest: false)
    }

    private func subscription(
        _ interval: String = "monthly", cycles: Int? = nil, trialDays: Int = 0
    ) -> Subscription {
        Subscription(
            opening: Self.plan(interval, cycles: cycles), number: "SUB-1", order: ID(), line: 0, orderNumber: "ORD-1",
            customerNumber: "CUST-1", account: ID(), trialDays: trialDays, at: Self.start)
    }

    private func next(_ subscription: Subscription) -> String? { subscription.nextBillingAt?.rfc3339 }

    private func charge(_ subscription: inout Subscription, at time: Timestamp) throws -> TransactionID {
        let charge = subscription.renew(at: time)
        return try #require(charge)
    }

    /// Charges the next cycle when it is due.
    private func renew(_ subscription: inout Subscription) throws {
        let due = try #require(subscription.nextBillingAt)
        let charge = try charge(&subscription, at: due)
        let isTaken = subscription.complete(charge, at: due)
        #expect(isTaken)
    }

    @Test(arguments: [
        ("monthly", 30), ("month", 30), ("weekly", 7), ("yearly", 365), ("quarterly", 90), ("45", 45), ("odd", 30),
    ]) func intervalsAreRead(text: String, days: Int) {
        #expect(BillingInterval(text).days == days)
    }

    @Test func monthsOfDifferentLengthDoNotAddUp() throws {
        var subscription = subscription()
        #expect(next(subscription) == "2025-02-28T10:00:00.123Z")
        try renew(&subscription)
        #expect(next(subscription) == "2025-03-28T10:00:00.123Z")
        #expect(subscription.cycle == 2)
        #expect(next(self.subscription("weekly")) == "2025-02-07T10:00:00.123Z")
        #expect(next(self.subscription(trialDays: 3)) == "2025-02-03T10:00:00.123Z")
    }

    @Test func itEndsAfterItsCycles() throws {
        var subscription = subscription(cycles: 3)
        try renew(&subscription)
        try renew(&subscription)
        #expect(subscription.status == .completed)
        #expect(subscription.nextBillingAt == nil)
        let charge = subscription.renew(at: Self.start + .seconds(1 << 30))
        #expect(charge == nil)
        #expect(self.subscription(cycles: 1).status == .completed)
    }

    @Test func aCycleHasOneChargeAtATime() throws {
        var subscription = subscription()
        let early = subscription.renew(at: Self.start)
        #expect(early == nil, "nothing is due yet")
        let due = try #require(subscription.nextBillingAt)
        var twin = subscription
        let charge = try charge(&subscription, at: due)
        let again = subscription.renew(at: due)
        #expect(again == nil)
        let other = twin.renew(at: due)
        #expect(other == charge, "whoever asks for the cycle asks for the same charge")
        let isForeign = subscription.complete(TransactionID(), at: due)
        #expect(!isForeign)
    }

    @Test func attemptsAndCyclesHaveChargesOfTheirOwn() {
        let id = SubscriptionID()
        let charges = (2..<200).flatMap { cycle in
            (0..<10).map { TransactionID(renewing: id, cycle: cycle, attempt: $0) }
        }
        #expect(Set(charges).count == charges.count)
    }

    @Test func aDeclineIsTriedAgainAndInTheEndCalledOff() throws {
        var subscription = subscription()
        var charges: Set<TransactionID> = []
        for (attempt, retry) in (Self.retries.map(Optional.some) + [nil]).enumerated() {
            let due = try #require(subscription.nextBillingAt)
            let charge = try charge(&subscription, at: due)
            charges.insert(charge)
            let isTaken = subscription.decline(charge, retries: Self.retries, at: due)
            #expect(isTaken)
            #expect(subscription.declines == attempt + 1)
            #expect(subscription.nextBillingAt == retry.map { due + $0 })
            #expect(subscription.status == (retry == nil ? .cancelled : .pastDue))
        }
        #expect(charges.count == 3)
        #expect(subscription.reason == Subscription.unpaid)
        #expect(subscription.cycle == 1)
    }

    @Test func aLateSuccessKeepsTheDates() throws {
        var subscription = subscription()
        let due = try #require(subscription.nextBillingAt)
        let refused = try charge(&subscription, at: due)
        let isTaken = subscription.decline(refused, retries: Self.retries, at: due)
        #expect(isTaken)
        try renew(&subscription)
        #expect(subscription.status == .active)
        #expect(subscription.declines == 0)
        #expect(next(subscription) == "2025-03-28T10:00:00.123Z")
    }

    @Test func missedPeriodsAreNotCharged() throws {
        var subscription = subscription()
        let late = try #require(Timestamp(rfc3339: "2025-06-15T00:00:00Z"))
        let charge = try charge(&subscription, at: late)
        let isTaken = subscription.complete(charge, at: late)
        #expect(isTaken)
        #expect(next(subscription) == "2025-06-28T10:00:00.123Z")
    }

    @Test func cancellingIsFinalEvenWithAChargeUnderWay() throws {
        var subscription = subscription()
        let due = try #require(subscription.nextBillingAt)
        let charge = try charge(&subscription, at: due)
        let isCancelled = subscription.cancel(because: "poor", at: due)
        #expect(isCancelled)
        let isCancelledAgain = subscription.cancel(because: "poor", at: due)
        #expect(!isCancelledAgain)
        let isPaid = subscription.complete(charge, at: due)
        #expect(isPaid)
        #expect(subscription.status == .cancelled)
        #expect(subscription.cycle == 2, "the money of the cycle has moved")
        #expect(subscription.nextBillingAt == nil)
        #expect(subscription.sequence == 3)
    }
}
