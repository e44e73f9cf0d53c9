import Schema

/// Whoever moves the money: the built-in sandbox, Stripe, ….
///
/// Each call carries the transaction's id as its idempotency key: repeating one never moves money twice. No call is made
/// within a database transaction, and each ends within the time-out that the gateway was made with: without an answer by
/// then it throws ``GatewayError/outcomeUnknown``.
protocol PaymentGateway: Sendable {
    /// How transactions name it.
    var profile: GatewayProfile { get }

    /// Takes money, or asks the buyer of a wallet to approve.
    func charge(_ charge: GatewayCharge) async throws(GatewayError) -> GatewayAnswer

    /// Takes the money of a charge that was authorized, or approved in a wallet.
    func capture(_ capture: GatewayCapture) async throws(GatewayError) -> GatewayAnswer

    /// Calls off a charge that was not captured. One that cannot be called off any more is answered as it stands.
    func void(_ charge: GatewayCapture) async throws(GatewayError) -> GatewayAnswer

    /// Gives back money of a charge.
    func refund(_ refund: GatewayRefund) async throws(GatewayError) -> GatewayAnswer

    /// What became of a charge, its capture, or a refund: asked when an answer was lost.
    ///
    /// - Parameters:
    ///   - key: The transaction's id, as the call had it.
    ///   - externalID: The gateway's own id, where an earlier answer has told it.
    /// - Returns: nil if the gateway never heard of it, so that it must be asked again.
    func lookup(
        _ key: TransactionID, externalID: String?, of account: AccountID
    ) async throws(GatewayError) -> GatewayAnswer?
}

/// How a gateway shows in transactions and on statements.
struct GatewayProfile: Hashable, Sendable {
    /// The number by which campaigns and requests choose it.
    var id: Int64
    var name: String
    /// What the buyer reads on the statement.
    var descriptor: String?
}

/// Finds the gateway of a transaction.
protocol GatewayDirectory: Sendable {
    /// - Parameter id: The number that the request or campaign names; nil is the account's default.
    /// - Returns: nil if the account has none of this number.
    func gateway(_ id: Int64?, of account: AccountID) async throws -> (any PaymentGateway)?
}

/// A charge to make.
struct GatewayCharge: Sendable {
    /// What is charged.
    enum Instrument: Sendable {
        case card(CardDetails)
        /// A card that the gateway keeps.
        case saved(token: String)
        /// The buyer approves elsewhere and comes back.
        case wallet(returnURL: String, cancelURL: String)
    }

    var key: TransactionID
    var account: AccountID
    var amount: Money
    var instrument: Instrument
    var orderNumber: String
    var customerNumber: String
    /// Who pays; gateways that keep cards keep them for this address.
    var email: String
    /// Where a buyer whose bank wants to see them comes back to; without one such a card is declined.
    var returnURL: String?
}

/// The capture of a charge, or the end of one that was not captured.
struct GatewayCapture: Sendable {
    /// The charge's own key.
    var key: TransactionID
    var account: AccountID
    var amount: Money
    var externalID: String?
}

/// A refund of a charge, or of a part of it.
struct GatewayRefund: Sendable {
    var key: TransactionID
    /// The charge's key.
    var charge: TransactionID
    var account: AccountID
    /// Above zero.
    var amount: Money
    /// The gateway's id of the charge.
    var externalID: String?
    var reason: String?
}

/// What a gateway says of a charge, capture or refund.
struct GatewayAnswer: Hashable, Sendable {
    enum Verdict: Hashable, Sendable {
        /// The money has moved.
        case completed
        /// It is promised, and moves with a capture.
        case authorized
        /// The buyer has to approve at this address.
        case redirect(String)
        /// The outcome is not known yet.
        case pending
        /// No money moves. The code is stable, for machines: `insufficient_funds`.
        case declined(code: String)
        /// It was called off; nothing is owed.
        case voided
        /// The buyer's bank took the money back.
        case chargeback
    }

    var verdict: Verdict
    /// The gateway's own id.
    var externalID: String?
    /// The gateway's words, without card data.
    var response: String?
    /// Stands for the card when the customer is charged the next time.
    var savedToken: String?
    /// What the gateway keeps of the money, in minor units of the transaction's currency.
    var fee: Int64?
    /// Who approved in the wallet.
    var payerEmail: String?
}

/// A card that a gateway keeps under a token.
struct SavedCard: Hashable, Sendable {
    var token: String
    var summary: CardSummary
}

/// Why there is no answer.
enum GatewayError: Error, Hashable, Sendable {
    /// The call may or may not have had an effect: the gateway must be asked.
    case outcomeUnknown
    /// The gateway refuses to work for us, whatever is charged: keys, settings. The text is for the transaction's record.
    case refused(String)
}
