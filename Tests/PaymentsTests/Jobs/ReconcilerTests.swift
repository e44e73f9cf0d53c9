import Postgres
import Schema
import Synchronization
import TestKit
import Testing

@testable import Payments

/// Gateways that answer late or never, and processes that die.
@Suite struct ReconcilerTests {
    @Test(arguments: [("4000000000004087", TransactionStatus.completed), ("4000000000005043", .declined)])
    func aLostOutcomeIsAskedFor(number: String, end: TransactionStatus) async throws {
        try await Till.with { till in
            let request = try await till.charge(number)
            try await till.send(request)
            let id = request.transactionID
            try await eventually("it is processing") { try await till.transaction(id)?.status == .processing }
            #expect(try await till.snapshot(of: id)?.status == .processing)
            let charge = try await till.settled(id)
            #expect(charge.status == end)
            #expect(try await till.events(of: id).first == "payment_pending")
            #expect(try await till.events(of: id).count == 2)
            #expect(try await till.tasks() == 0)
            #expect(try await till.differences() == [])
        }
    }

    /// The card works although its answer was lost: the token is found by the lookup, and kept.
    @Test func aLostAnswerStillSavesTheCard() async throws {
        try await Till.with(gateway: { FlakyGateway(inner: $0, losesCharge: { _ in true }) }) { till in
            let charge = try await till.pay(till.charge())
            #expect(charge.status == .completed)
            #expect(try await till.charging.vault.card(of: till.customerNumber, at: 1, of: till.account) != nil)
        }
    }

    /// A process dies before it asks the gateway, or after: the next one finds out which, and charges once.
    @Test(arguments: [false, true]) func whatADeadProcessLeftIsTakenOver(hasAsked: Bool) async throws {
        try await Till.with(runs: false) { till in
            let request = try await till.charge()
            // Recorded by a process that does not run.
            try await till.send(request)
            let id = request.transactionID
            if hasAsked {
                _ = try await till.sandbox.charge(
                    GatewayCharge(
                        key: id, account: till.account, amount: Money(minorUnits: 11_000, currency: .usd),
                        instrument: .card(Samples.card()), orderNumber: "", customerNumber: "", email: ""))
            }
            try await till.replica { _ in
                let charge = try await till.settled(id)
                #expect(charge.status == .completed)
            }
            #expect(try await till.events(of: id) == ["payment_completed"])
            #expect(try await till.differences() == [])
        }
    }

    /// A webhook, the reconciliation and a repeated command bring the same outcome at the same time.
    @Test func whoeverIsFirstSettles() async throws {
        let gate = Mutex(false)
        try await Till.with(gateway: { FlakyGateway(inner: $0, losesCharge: { _ in gate.withLock { !$0 } }) }) { till in
            let requests = try await (0..<20).asyncMap { _ in try await till.charge() }
            try await till.replica { other in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for request in requests {
                        group.addTask { try await till.send(request) }
                        group.addTask { try await till.send(request, to: other) }
                        let notice = PaymentOutcome(
                            transaction: request.transactionID, answer: GatewayAnswer(verdict: .completed),
                            gateway: Samples.sandbox, isNotice: true)
                        group.addTask { _ = await other.settler.settle(notice) }
                        group.addTask { _ = await till.charging.settler.settle(notice) }
                    }
                    try await group.waitForAll()
                }
                for request in requests {
                    #expect(try await till.settled(request.transactionID).status == .completed)
                    let events = try await till.events(of: request.transactionID)
                    #expect(events.filter { $0 == "payment_completed" }.count == 1)
                }
                try await eventually("nothing is left to do") { try await till.tasks() == 0 }
            }
            #expect(try await till.differences() == [])
        }
    }

    @Test func sequencesHaveNoGaps() async throws {
        try await Till.with { till in
            let charge = try await till.pay(till.charge("4000000000004087"))
            let rows = try await till.database.query(
                "SELECT sequence FROM outbox WHERE subject = \(charge.id.description) ORDER BY position")
            #expect(try rows.map { try $0["sequence", as: Int64.self] } == [1, 2])
        }
    }
}

extension Sequence {
    fileprivate func asyncMap<T>(_ transform: (Element) async throws -> T) async rethrows -> [T] {
        var results: [T] = []
        for element in self { results.append(try await transform(element)) }
        return results
    }
}
