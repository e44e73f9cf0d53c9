import Postgres
import Schema
import TestKit
import Testing

@testable import Payments

/// Charges from the command to the event, against the sandbox and a real database.
@Suite struct ChargeTests {
    @Test func aCardIsChargedAndKept() async throws {
        try await Till.with { till in
            let request = try await till.charge()
            let charge = try await till.pay(request)
            #expect(charge.status == .completed)
            #expect(charge.amount == 11_000)
            #expect(charge.number.wholeMatch(of: /TXN-\d{6}-\d{6}/) != nil)
            #expect(charge.context.email == "buyer@example.com")
            #expect(charge.gateway?.name == "Sandbox")
            #expect(try await till.events(of: charge.id) == ["payment_completed"])
            let snapshot = try #require(try await till.snapshot(of: charge.id))
            #expect(snapshot.externalTransactionID?.hasPrefix("SANDBOX-") == true)
            #expect(snapshot.card == Samples.visa)
            #expect(snapshot.response == "Sandbox: Transaction approved")
            #expect(try await till.tasks() == 0)

            let again = try await till.pay(till.charge(method: .onfile, tax: 0))
            #expect(again.status == .completed)
            #expect(again.card == Samples.visa)
            #expect(try await till.differences() == [])
        }
    }

    @Test(arguments: [
        ("4000000000000002", "generic_decline"), ("4000000000009995", "insufficient_funds"),
        ("4000000000000127", "incorrect_cvc"), ("4000000000004095", "duplicate_transaction"),
    ])
    func aDeclineTellsItsCode(number: String, code: String) async throws {
        try await Till.with { till in
            let charge = try await till.pay(till.charge(number))
            #expect(charge.status == .declined)
            #expect(charge.declineCode == code)
            #expect(try await till.events(of: charge.id) == ["payment_declined"])
            #expect(try await till.differences() == [])
        }
    }

    @Test func aCardThatIsDeclinedFromTheFile() async throws {
        try await Till.with { till in
            let first = try await till.pay(till.charge("4000000000000341"))
            #expect(first.status == .completed)
            let second = try await till.pay(till.charge(method: .onfile))
            #expect(second.status == .declined)
        }
    }

    @Test func withoutASavedCardThereIsNothingToCharge() async throws {
        try await Till.with { till in
            let charge = try await till.pay(till.charge(method: .onfile))
            #expect(charge.declineCode == PaymentDecline.noSavedCard)
        }
    }

    @Test func aSavedCardOfAnotherBrandIsRefused() async throws {
        try await Till.with { till in
            try await till.pay(till.charge())
            let charge = try await till.pay(till.charge(method: .onfile, brands: ["amex"]))
            #expect(charge.declineCode == PaymentDecline.brandNotAllowed)
        }
    }

    @Test func anExternalPaymentCompletesAtOnce() async throws {
        try await Till.with { till in
            let charge = try await till.pay(till.charge(method: .external))
            #expect(charge.status == .completed)
            #expect(try await till.differences() == [])
        }
    }

    @Test func taxIsComputedWhereItIsNotGiven() async throws {
        try await Till.with(taxes: FlatTax()) { till in
            let question = TaxQuestion(
                taxEnabled: true, provider: nil, to: try till.keyring.seal(Samples.address), lines: [], shipping: 0)
            let charge = try await till.pay(till.charge(tax: nil, question: question))
            #expect(charge.amount == 10_875)
            #expect(charge.tax == 875)
            #expect(try await till.snapshot(of: charge.id)?.taxRate == "0.0875")
            #expect(try await till.differences() == [])
        }
    }

    @Test func theCampaignsLimitCountsTheTax() async throws {
        try await Till.with { till in
            let charge = try await till.pay(till.charge(subtotal: 100, tax: 1, minimum: 102))
            #expect(charge.declineCode == PaymentDecline.amountTooSmall)
        }
    }

    @Test func aCommandThatComesTwiceChargesOnce() async throws {
        try await Till.with { till in
            let request = try await till.charge()
            try await till.send(request)
            try await till.send(request)
            let charge = try await till.settled(request.transactionID)
            #expect(try await till.events(of: charge.id) == ["payment_completed"])
            #expect(try await till.differences() == [])
        }
    }

    @Test func theEventIsOfTheCommandsTrace() async throws {
        try await Till.with { till in
            let request = try await till.charge()
            let trace = TraceContext.random()
            try await TraceContext.$current.withValue(trace) { try await till.send(request) }
            _ = try await till.settled(request.transactionID)
            let row = try await till.database.query(
                "SELECT traceparent FROM outbox WHERE subject = \(request.transactionID.description)"
            ).first
            let parent = try #require(try row?["traceparent", as: TraceContext?.self])
            #expect(parent.traceID == trace.traceID)
        }
    }

    @Test func aCardForAnotherChargeIsUnreadable() async throws {
        try await Till.with { till in
            var request = try await till.charge()
            request.transactionID = TransactionID()
            #expect(try await till.pay(request).declineCode == PaymentDecline.cardUnreadable)
        }
    }

    /// Neither the number nor the security code is anywhere in the schema, not even while the charge waits.
    @Test func noTableShowsTheCard() async throws {
        try await Till.with(runs: false) { till in
            let request = try await till.charge("4000000000003006")
            try await till.send(request)
            #expect(try await till.tasks() == 1)
            try await expectNoCard(in: till)
            _ = try await till.working { _ in try await till.settled(request.transactionID) }
            try await expectNoCard(in: till)
        }
    }

    private func expectNoCard(in till: Till) async throws {
        for table in [
            "transactions", "payment_tasks", "vault_references", "card_keys", "sandbox_payments", "outbox",
            "ledger_postings",
        ] {
            let rows = try await till.database.query("SELECT \(unescaped: table)::text AS row FROM \(unescaped: table)")
            for row in rows {
                let text: String = try row["row"]
                #expect(!text.contains("4000000000003006"), "\(table)")
                #expect(!text.contains("\"987\""), "\(table)")
            }
        }
    }
}

/// 8.75 percent of a hundred dollars, whatever is asked.
struct FlatTax: TaxCalculator {
    func tax(for question: TaxQuestion, in currency: Currency, of account: AccountID) async throws -> ComputedTax {
        ComputedTax(amount: 875, rate: "0.0875", isEnabled: true)
    }
}
