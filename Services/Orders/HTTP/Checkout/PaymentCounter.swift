import Edge
import HTTPTypes
import Messaging
import Schema
import Synchronization

/// Where requests wait for payments: it seals cards, hands charges over, and answers with what has become of them.
struct PaymentCounter: Sendable {
    let keys: CardKeyStore
    let charges: CheckoutChargeStore
    let waiter: ReplyWaiter<TransactionID, ChargeReply>
    let keyring: DataKeyring
    /// How long a request waits before it is answered that the charge is under way.
    var patience = Duration.seconds(10)

    /// What is kept of a charge that was asked for, so that the same request again waits for the same charge.
    struct Receipt: Codable, Sendable {
        let transactionID: TransactionID
        let orderNumber: String
        let customerNumber: String
        let isReused: Bool
        /// Of a capture: whether it was done before.
        var isDone = false
        /// Who buys, sealed, as records of requests are kept for a day; a receipt that is not kept has none.
        var sealedPerson: Sealed<CheckoutPerson>?
    }

    /// A receipt that was opened.
    struct OpenReceipt: Sendable {
        let receipt: Receipt
        let person: CheckoutPerson
    }

    /// Gives a charge its id and seals the card for it.
    ///
    /// - Throws: `RequestError.unavailable` before payments has announced a key.
    func prepare(_ instruction: PaymentInstruction) async throws -> PreparedPayment {
        var payment = PreparedPayment(transactionID: TransactionID(), method: instruction.method)
        payment.alternativePaymentID = instruction.alternativePaymentID
        payment.returnURL = instruction.returnURL
        payment.cancelURL = instruction.cancelURL
        if let card = instruction.card {
            guard let sealer = try await keys.sealer() else { throw RequestError.unavailable }
            payment.card = try sealer.seal(card.details, for: payment.transactionID)
            payment.cardSummary = card.summary
            payment.brand = card.number.brand
        }
        return payment
    }

    /// Has a charge asked for, once for each Idempotency-Key.
    func charge(
        _ request: APIRequest, _ idempotency: Idempotency,
        _ ask: @Sendable (Transaction) async throws -> ChargeTicket
    ) async throws -> OpenReceipt {
        try await capture(request, idempotency) { (try await ask($0), false) }
    }

    /// Has a capture asked for, once for each Idempotency-Key.
    func capture(
        _ request: APIRequest, _ idempotency: Idempotency,
        _ ask: @Sendable (Transaction) async throws -> (ticket: ChargeTicket, isDone: Bool)
    ) async throws -> OpenReceipt {
        let isKept = request.hasIdempotencyKey
        let fresh = Mutex<OpenReceipt?>(nil)
        let kept = try await idempotency.perform(request, isRequired: false) { transaction in
            let (ticket, isDone) = try await ask(transaction)
            let person = ticket.checkout.contact.person
            var receipt = Receipt(
                transactionID: ticket.transactionID, orderNumber: ticket.checkout.number,
                customerNumber: ticket.checkout.customerNumber, isReused: ticket.isReused, isDone: isDone)
            guard isKept else {
                fresh.withLock { $0 = OpenReceipt(receipt: receipt, person: person) }
                return APIResponse(status: .ok)
            }
            receipt.sealedPerson = try keyring.seal(person)
            return try .json(receipt)
        }
        return try fresh.withLock { $0 } ?? open(kept)
    }

    private func open(_ kept: APIResponse) throws -> OpenReceipt {
        let receipt = try JSON.decode(Receipt.self, from: kept.body)
        guard let person = receipt.sealedPerson else { throw RequestError.internalError }
        return OpenReceipt(receipt: receipt, person: try keyring.open(person))
    }

    /// Waits for the answer of payments; when it takes too long, gives what is known so far.
    func reply(to id: TransactionID) async throws -> ChargeReply {
        if let reply = try await waiter.wait(for: id, timeout: patience) { return reply }
        guard let reply = try await charges.reply(to: id) else { throw RequestError.unavailable }
        return reply
    }
}
