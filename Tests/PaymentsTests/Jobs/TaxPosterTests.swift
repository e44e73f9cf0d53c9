import Logging
import Postgres
import Schema
import TestKit
import Testing

@testable import Payments

/// What TaxJar hears of sales and refunds.
@Suite struct TaxPosterTests {
    private func with(_ body: (Till, TaxJarDouble) async throws -> Void) async throws {
        let taxJar = try await TaxJarDouble.start()
        try await Till.with(taxJar: taxJar.account) { till in
            let poster = TaxPoster(
                store: TaxPostingStore(database: till.database, keyring: till.keyring),
                reporter: TaxJar(taxJar.account), poll: .milliseconds(20),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await poster.run() }
                let result: Result<Void, any Error>
                do { result = .success(try await body(till, taxJar)) } catch { result = .failure(error) }
                group.cancelAll()
                try await group.waitForAll()
                try result.get()
            }
        }
        await taxJar.stop()
    }

    private func question(_ till: Till, provider: String = "taxjar") throws -> TaxQuestion {
        let line = TaxLine(
            id: "9", sku: "BOX", quantity: 2, unitPrice: 5_000, discount: 0, taxCode: "20010", taxRate: nil)
        return TaxQuestion(
            taxEnabled: true, provider: provider, to: try till.keyring.seal(Samples.address), lines: [line],
            shipping: 0)
    }

    private func isPosted(_ id: TransactionID, in till: Till) async throws -> Bool {
        let rows = try await till.database.query(
            "SELECT tax_posted_at IS NOT NULL AS is_posted FROM transactions WHERE id = \(id)")
        return try rows.first?["is_posted"] ?? false
    }

    private func waiting(_ till: Till) async throws -> Int {
        try await till.database.query("SELECT count(*) AS count FROM tax_postings").first?["count"] ?? 0
    }

    @Test func `a sale and its refunds are posted once each, prorated`() async throws {
        try await with { till, taxJar in
            taxJar.fail(2)
            let charge = try await till.pay(try await till.charge(question: try question(till)))
            try await eventually("the sale is posted") { try await isPosted(charge.id, in: till) }
            let first = try await till.refund(charge.id, 5_500)
            let second = try await till.refund(charge.id, isExternal: true)
            try await eventually("the refunds are posted") {
                let both = try await (isPosted(first, in: till), isPosted(second, in: till))
                return both.0 && both.1
            }
            #expect(try await waiting(till) == 0)

            let orders = try taxJar.bodies("/v2/transactions/orders").compactMap { $0["transaction_id"]?.string }
            #expect(Set(orders) == ["ORD-250615-00001"])
            let order = try #require(try taxJar.bodies("/v2/transactions/orders").last)
            #expect(order["amount"]?.numberText == "100")
            #expect(order["sales_tax"]?.numberText == "10")
            #expect(order["line_items", "0", "quantity"]?.numberText == "2")
            let refunds = try taxJar.bodies("/v2/transactions/refunds")
            #expect(refunds.count == 2)
            let number = try #require(try await till.transaction(first)).number
            let part = try #require(
                refunds.first { $0["transaction_id"]?.string == "ORD-250615-00001-refund-\(number)" })
            #expect(part["transaction_reference_id"]?.string == "ORD-250615-00001")
            #expect(part["amount"]?.numberText == "-50")
            #expect(part["sales_tax"]?.numberText == "-5")
        }
    }

    @Test func `what TaxJar has heard before counts as posted`() async throws {
        try await with { till, taxJar in
            _ = try await TaxJar(taxJar.account).report(
                TaxReport(
                    id: "ORD-250615-00001", date: .now(), destination: Samples.address, amount: 1, shipping: 0, tax: 0,
                    currency: .usd, lines: []))
            let charge = try await till.pay(try await till.charge(question: try question(till)))
            try await eventually("the duplicate counts") { try await isPosted(charge.id, in: till) }
        }
    }

    @Test func `a void after the capture is posted as a full refund`() async throws {
        try await with { till, taxJar in
            let charge = try await till.pay(try await till.charge(question: try question(till)))
            try await eventually("the sale is posted") { try await isPosted(charge.id, in: till) }
            let void = PaymentOutcome(
                transaction: charge.id, answer: GatewayAnswer(verdict: .voided), gateway: nil, isNotice: true)
            #expect(await till.charging.settler.settle(void))
            try await eventually("the void is posted") { try taxJar.bodies("/v2/transactions/refunds").count == 1 }
            let refund = try #require(try taxJar.bodies("/v2/transactions/refunds").first)
            #expect(refund["sales_tax"]?.numberText == "-10")
            #expect(refund["amount"]?.numberText == "-100")
        }
    }

    @Test func `nothing is posted for other providers and declined cards`() async throws {
        try await with { till, taxJar in
            try await till.pay(try await till.charge(question: try question(till, provider: "table")))
            try await till.pay(try await till.charge("4000000000000002", question: try question(till)))
            #expect(try await waiting(till) == 0)
            #expect(taxJar.receiver.deliveries.isEmpty)
        }
    }
}
