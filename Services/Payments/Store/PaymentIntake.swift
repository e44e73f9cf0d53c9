import Messaging
import Postgres
import Schema

/// Takes the commands of orders in: records them, and hands what is to be done to this process' runner once that is
/// committed.
struct PaymentIntake: Sendable {
    let book: TransactionBook
    let runner: PaymentRunner
    let taxes: any TaxCalculator

    func take(_ event: Received<ChargeRequested>, in transaction: PostgresTransaction) throws {
        let (charge, parts) = assessed(event.payload)
        let task = try book.request(
            charge, taxedBy: parts, of: event.envelope.account, command: event.text, in: transaction)
        run(task, after: transaction)
    }

    /// The charge with its tax where nobody has to be asked for it: the transaction then begins with it. Otherwise, and
    /// where it cannot be computed, that is found out before the gateway is asked.
    private func assessed(_ charge: ChargeRequested) -> (charge: ChargeRequested, parts: TaxParts?) {
        guard charge.tax == nil, let question = charge.taxQuestion,
            let tax = try? taxes.knownTax(for: question, in: charge.currency)
        else { return (charge, nil) }
        var assessed = charge
        assessed.tax = tax.amount
        assessed.taxRate = tax.rate
        guard (try? assessed.total()) != nil else { return (charge, nil) }
        return (assessed, tax.parts.isEmpty ? nil : tax.parts)
    }

    func take(_ event: Received<CaptureRequested>, in transaction: PostgresTransaction) async throws {
        let task = try await book.request(
            event.payload, of: event.envelope.account, command: event.text, in: transaction)
        run(task, after: transaction)
    }

    func take(_ event: Received<VoidRequested>, in transaction: PostgresTransaction) async throws {
        let task = try await book.request(
            event.payload, of: event.envelope.account, command: event.text, in: transaction)
        run(task, after: transaction)
    }

    func take(_ event: Received<RefundRequested>, in transaction: PostgresTransaction) async throws {
        let task = try await book.request(
            event.payload, of: event.envelope.account, command: event.text, in: transaction)
        run(task, after: transaction)
    }

    private func run(_ task: PaymentTask?, after transaction: PostgresTransaction) {
        guard let task else { return }
        transaction.afterCommit { runner.submit([task]) }
    }
}

extension Received {
    /// The payload as it came.
    fileprivate var text: String { String(decoding: envelope.payload, as: UTF8.self) }
}
