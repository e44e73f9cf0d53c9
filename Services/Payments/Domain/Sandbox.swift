import FoundationEssentials
import Schema

/// What the sandbox gateway does with a card: decided by its number, as docs/sandbox.md lists them.
enum SandboxScenario: String, Sendable, CaseIterable {
    case approve
    /// Works now, and is declined when it is charged again from the file.
    case declineSaved = "decline_saved"
    case decline, insufficientFunds, lost, stolen, expired, incorrectCVC, processingError, duplicate
    /// Approved, after three seconds.
    case slow
    /// The answer is lost; the payment turns out approved, or declined, a while later.
    case lateApproval = "late_approval"
    case lateDecline = "late_decline"

    /// The scenario of a card number; unlisted numbers are approved.
    init(number: String) {
        self = Self.numbers[number] ?? .approve
    }

    static let numbers: [String: SandboxScenario] = [
        "4000000000000341": .declineSaved, "4000000000000002": .decline, "4000000000009995": .insufficientFunds,
        "4000000000009987": .lost, "4000000000009979": .stolen, "4000000000000069": .expired,
        "4000000000000127": .incorrectCVC, "4000000000000119": .processingError, "4000000000004095": .duplicate,
        "4000000000003006": .slow, "4000000000004087": .lateApproval, "4000000000005043": .lateDecline,
    ]

    /// Code and words of the decline, if it is one.
    var decline: SandboxDecline? {
        switch self {
        case .approve, .declineSaved, .slow, .lateApproval: nil
        case .decline, .lateDecline: .generic
        case .insufficientFunds: .init(code: "insufficient_funds", words: "Insufficient funds")
        case .lost: .init(code: "lost_card", words: "Card reported lost")
        case .stolen: .init(code: "stolen_card", words: "Card reported stolen")
        case .expired: .init(code: "expired_card", words: "Card expired")
        case .incorrectCVC: .init(code: "incorrect_cvc", words: "Incorrect security code")
        case .processingError: .init(code: "processing_error", words: "Processing error")
        case .duplicate: .init(code: "duplicate_transaction", words: "Duplicate transaction")
        }
    }

    /// How long the sandbox takes to answer.
    var delay: Duration? { self == .slow ? .seconds(3) : nil }

    /// How long a lookup does not know the outcome; nil where the answer itself tells it.
    var silence: Duration? { self == .lateApproval || self == .lateDecline ? .seconds(2) : nil }

    /// The token that stands for the card afterwards. It says what the next charge will do, and nothing of the number.
    func token(for key: TransactionID) -> String { "sandbox_\(rawValue)_\(key)" }

    /// What a saved card does.
    init(token: String) {
        self = token.hasPrefix("sandbox_\(Self.declineSaved.rawValue)_") ? .decline : .approve
    }
}

/// A decline of the sandbox.
struct SandboxDecline: Sendable, Equatable {
    var code: String
    var words: String

    static let generic = SandboxDecline(code: "generic_decline", words: "Card declined")
}

/// Where a payment stands in the sandbox's own books.
enum SandboxState: String, Sendable {
    case captured, declined, refunded
    /// The buyer of a wallet has yet to approve; has approved; has called off.
    case redirected, approved, cancelled
}

/// A payment as the sandbox keeps it.
struct SandboxPayment: Sendable {
    var key: TransactionID
    var account: AccountID
    var state: SandboxState
    var amount: Money
    var declineCode: String?
    /// Until then a lookup does not know the outcome.
    var knownAt: Timestamp
    var savedToken: String?
    /// Of a refund: what it gives back of.
    var charge: TransactionID?
    var wallet: Wallet?

    /// Where the buyer approves, and where the shop wants them back.
    struct Wallet: Sendable, Equatable {
        var token: String
        var returnURL: String
        var cancelURL: String
    }

    /// The sandbox's own id of the payment.
    var externalID: String { "SANDBOX-" + key.uuid.uuidString }
}
