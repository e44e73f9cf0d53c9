import Postgres
import Schema
import TestKit
import Testing

@testable import Payments

/// The books refuse what is wrong, and the audit finds what got in all the same.
@Suite struct LedgerAuditTests {
    @Test func postingsAreImmutable() async throws {
        try await Till.with { till in
            try await till.pay(till.charge())
            for statement in [
                "UPDATE ledger_postings SET amount = 1", "DELETE FROM ledger_postings", "TRUNCATE ledger_postings",
            ] {
                await #expect(throws: PostgresError.self) {
                    try await till.database.execute(PostgresQuery(unsafeSQL: statement))
                }
            }
        }
    }

    @Test func halfAnEntryIsRefused() async throws {
        try await Till.with(runs: false) { till in
            _ = await #expect(throws: PostgresError.self) {
                try await till.database.execute(
                    """
                    INSERT INTO ledger_postings (transaction_id, movement, ledger_account, account_id, currency, amount)
                    VALUES (\(TransactionID()), 'capture', 'sales', \(till.account), 'USD', -5)
                    """)
            }
        }
    }

    @Test func aMovementIsEnteredOnce() async throws {
        try await Till.with { till in
            let charge = try await till.pay(till.charge())
            let entry = LedgerEntry(
                transaction: charge.id, account: till.account, currency: .usd,
                movement: .capture(charge.amount, to: .gatewayClearing, releasing: 0))
            await #expect(throws: PostgresError.self) {
                try await till.database.withTransaction { LedgerStore().post([entry], in: $0) }
            }
        }
    }

    @Test(arguments: [
        "UPDATE transactions SET status = 'declined'", "UPDATE transactions SET amount = amount + 1",
        "UPDATE transactions SET tax = 0", "UPDATE transactions SET refunded = 5", "DELETE FROM transactions",
        "UPDATE transactions SET currency = 'EUR'",
    ])
    func aChangedTransactionIsFound(statement: String) async throws {
        try await Till.with { till in
            for _ in 0..<10 { try await till.pay(till.charge()) }
            #expect(try await till.differences() == [])
            try await till.database.execute(PostgresQuery(unsafeSQL: statement))
            #expect(try await till.differences().count == 10)
        }
    }

    @Test func aMissingPostingIsFound() async throws {
        try await Till.with { till in
            try await till.pay(till.charge())
            try await till.database.execute(
                """
                ALTER TABLE ledger_postings DISABLE TRIGGER ledger_postings_immutable
                """)
            try await till.database.execute("DELETE FROM ledger_postings WHERE ledger_account = 'sales'")
            #expect(try await till.differences().first?.hasSuffix("an entry does not balance") == true)
            try await till.database.execute("DELETE FROM ledger_postings")
            #expect(try await till.differences().first?.hasSuffix("its postings do not make it completed") == true)
        }
    }

    @Test func everyMovementAddsUp() async throws {
        try await Till.with { till in
            func settle(_ id: TransactionID, _ verdict: GatewayAnswer.Verdict, fee: Int64? = nil) async {
                let outcome = PaymentOutcome(
                    transaction: id, answer: GatewayAnswer(verdict: verdict, fee: fee), gateway: Samples.sandbox,
                    isNotice: true)
                #expect(await till.charging.settler.settle(outcome))
            }
            func waiting() async throws -> TransactionID {
                let request = try await till.charge(method: .paypalWallet)
                try await till.send(request)
                try await eventually("it waits for the buyer") {
                    try await till.transaction(request.transactionID)?.status == .pendingRedirect
                }
                await settle(request.transactionID, .authorized)
                return request.transactionID
            }
            await settle(try await waiting(), .completed, fee: 325)
            await settle(try await waiting(), .voided)
            await settle(try await waiting(), .declined(code: "generic_decline"))
            await settle(try await till.pay(till.charge()).id, .voided)
            await settle(try await till.pay(till.charge()).id, .chargeback)
            let disputed = try await till.pay(till.charge())
            _ = try await till.settled(till.refund(disputed.id, 3_000))
            await settle(disputed.id, .chargeback)
            #expect(try await till.differences() == [])
            let kinds = try await till.database.query("SELECT DISTINCT movement FROM ledger_postings")
                .map { try $0["movement", as: String.self] }
            #expect(
                Set(kinds) == ["authorise", "capture", "tax", "fee", "void", "chargeback", "refund"])
            let sum = try await till.database.query("SELECT sum(amount)::bigint AS sum FROM ledger_postings").first
            #expect(try sum?["sum", as: Int64.self] == 0)
        }
    }
}
