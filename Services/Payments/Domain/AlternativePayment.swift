import Schema

/// A way to pay beside cards, as an account offers it.
struct AlternativePayment: Sendable, Equatable {
    /// Its number in the account, by which orders name it.
    var id: Int64
    var name: String
    var type: AlternativePaymentType
    var status: AlternativePaymentStatus
    var supportsRefunds: Bool
    var supportsVoids: Bool
    var supportsUpsells: Bool
    var isTestMode: Bool
    var requiresRedirect: Bool
    var createdAt: Timestamp
    var updatedAt: Timestamp

    /// Whether a charge by this method can be linked to it: it is offered, and of that sort.
    func accepts(_ method: PaymentMethod) -> Bool {
        status != .inactive && type.isIntegrated == (method == .paypalWallet)
    }
}

/// The kinds that the document knows.
enum AlternativePaymentType: String, Sendable, CaseIterable {
    case paypalWallet = "paypal_wallet"
    case external
    case cashApp = "cash_app"
    case zelle, venmo, crypto
    case bankTransfer = "bank_transfer"

    /// For people.
    var label: String {
        switch self {
        case .paypalWallet: "PayPal Wallet"
        case .external: "External"
        case .cashApp: "Cash App"
        case .zelle: "Zelle"
        case .venmo: "Venmo"
        case .crypto: "Crypto"
        case .bankTransfer: "Bank Transfer"
        }
    }

    /// Whether we speak to its provider ourselves; the others are settled by hand.
    var isIntegrated: Bool { self == .paypalWallet }
}

/// Whether shops offer it.
enum AlternativePaymentStatus: String, Sendable, CaseIterable {
    case active, inactive, testing
}
