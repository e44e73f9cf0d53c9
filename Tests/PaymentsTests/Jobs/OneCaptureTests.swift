import Postgres
import Schema
import TestKit
import Testing

@testable import Payments

/// The checkout's retry, the gateway's webhook and the reconciliation bring the outcome of one charge in every order, and
/// all at once: the money is taken once.
@Suite struct OneCaptureTests {
    enum Messenger: String, CaseIterable, Sendable {
        /// The command comes once more, to another replica, which asks the gateway as if for the first time.
        case retry
        case webhook
        /// The task of a process that died is claimed, and the gateway asked what it knows.
        case reconciliation
    }

    static let orders: [[Messenger]] = Messenger.allCases.flatMap { first in
        Messenger.allCases.filter { $0 != first }.flatMap { second in
            Messenger.allCases.filter { $0 != first && $0 != second }.map { [first, second, $0] }
        }
    }

    @Test(arguments: orders) func inAnyOrder(order: [Messenger]) async throws {
        try await race { charge in
            for messenger in order {
                guard let outcome = try await charge.outcome(by: messenger) else { continue }
                #expect(await charge.till.charging.settler.settle(outcome))
            }
        }
    }

    /// All of them know before the first has written it down.
    @Test(arguments: orders) func inAnyOrderAfterAllHaveAsked(order: [Messenger]) async throws {
        try await race { charge in
            var outcomes: [PaymentOutcome] = []
            for messenger in order { outcomes.append(try #require(try await charge.outcome(by: messenger))) }
            for outcome in outcomes { #expect(await charge.till.charging.settler.settle(outcome)) }
        }
    }

    @Test func allAtOnce() async throws {
        for _ in 0..<10 {
            try await race { charge in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for messenger in Messenger.allCases + Messenger.allCases {
                        group.addTask {
                            guard let outcome = try await charge.outcome(by: messenger) else { return }
                            _ = await charge.till.charging.settler.settle(outcome)
                        }
                    }
                    try await group.waitForAll()
                }
            }
        }
    }

    /// Has a charge asked for by a process that dies when it has reached the gateway, or right before.
    private func race(_ body: (UnsettledCharge) async throws -> Void) async throws {
        try await Till.with(runs: false) { till in
            for hasAsked in [true, false] {
                let charge = UnsettledCharge(till: till, request: try await till.charge())
                try await till.send(charge.request)
                // Its lease runs out when it has died.
                try await till.database.execute("UPDATE payment_tasks SET leased_until = now() - interval '1 second'")
                if hasAsked { _ = try await charge.outcome(by: .retry) }
                try await body(charge)
                try await charge.expectOneCapture()
            }
        }
    }
}

/// A charge whose outcome nobody has written down yet.
private struct UnsettledCharge: Sendable {
    let till: Till
    let request: ChargeRequested

    /// What somebody says of the charge; nil if there is nothing left to ask for.
    func outcome(by messenger: OneCaptureTests.Messenger) async throws -> PaymentOutcome? {
        switch messenger {
        case .retry:
            return try await till.charging.desk.outcome(
                of: PaymentTask(
                    transaction: request.transactionID, account: till.account, command: .charge(request), trace: nil,
                    isRetry: false))
        case .webhook:
            return PaymentOutcome(
                transaction: request.transactionID, answer: GatewayAnswer(verdict: .completed),
                gateway: Samples.sandbox, isNotice: true)
        case .reconciliation:
            guard let task = try await TaskStore(database: till.database).claim(1, lease: .zero).first else {
                return nil
            }
            #expect(task.isRetry)
            return try await till.charging.desk.outcome(of: task)
        }
    }

    func expectOneCapture() async throws {
        let id = request.transactionID
        #expect(try await till.transaction(id)?.status == .completed)
        let taken = try await till.database.query(
            "SELECT amount FROM sandbox_payments WHERE key = \(id) AND state = 'captured'")
        #expect(try taken.map { try $0["amount", as: Int64.self] } == [11_000])
        let booked = try await till.database.query(
            """
            SELECT amount FROM ledger_postings
            WHERE transaction_id = \(id) AND movement = 'capture' AND ledger_account = 'gateway_clearing'
            """)
        #expect(try booked.map { try $0["amount", as: Int64.self] } == [11_000])
        #expect(try await till.events(of: id) == ["payment_completed"])
        #expect(try await till.tasks() == 0)
        #expect(try await till.differences() == [])
    }
}
