/// An event of a charge or a refund; its subject is that transaction.
public protocol TransactionEvent: DescribedEvent {
    /// The transaction as it is now.
    var transaction: TransactionSnapshot { get set }
    /// Makes the event.
    init(transaction: TransactionSnapshot)
}

extension TransactionEvent {
    public static var version: Int { 2 }
    public static var topic: Topic { .paymentsEvents }

    public static var schema: JSONSchema {
        .object([.required(TransactionEventKeys.transaction, TransactionSnapshot.self, "The transaction as it is now.")]
        )
    }
}

private enum TransactionEventKeys: String, CodingKey { case transaction }

/// A charge waits: for the buyer's approval, or for a gateway whose answer was lost.
public struct PaymentPending: TransactionEvent {
    public static let name = "payment_pending"
    public static let summary = "A charge waits: for the buyer's approval, or for a gateway whose answer was lost."

    /// The transaction as it is now.
    public var transaction: TransactionSnapshot

    /// Makes the event.
    public init(transaction: TransactionSnapshot) { self.transaction = transaction }

    public static var example: PaymentPending {
        PaymentPending(transaction: .example(status: .pendingRedirect))
    }
}

/// The money of a charge is promised and moves when it is captured.
public struct PaymentAuthorized: TransactionEvent {
    public static let name = "payment_authorized"
    public static let summary = "The money of a charge is promised and moves when it is captured."

    /// The transaction as it is now.
    public var transaction: TransactionSnapshot

    /// Makes the event.
    public init(transaction: TransactionSnapshot) { self.transaction = transaction }

    public static var example: PaymentAuthorized {
        PaymentAuthorized(transaction: .example(status: .authorized))
    }
}

/// The money of a charge has moved.
public struct PaymentCompleted: TransactionEvent {
    public static let name = "payment_completed"
    public static let summary = "The money of a charge has moved."

    /// The transaction as it is now.
    public var transaction: TransactionSnapshot

    /// Makes the event.
    public init(transaction: TransactionSnapshot) { self.transaction = transaction }

    public static var example: PaymentCompleted {
        PaymentCompleted(transaction: .example(status: .completed))
    }
}

/// A charge was refused; no money moves.
public struct PaymentDeclined: TransactionEvent {
    public static let name = "payment_declined"
    public static let summary = "A charge was refused; no money moves."

    /// The transaction as it is now.
    public var transaction: TransactionSnapshot

    /// Makes the event.
    public init(transaction: TransactionSnapshot) { self.transaction = transaction }

    public static var example: PaymentDeclined {
        PaymentDeclined(transaction: .example(status: .declined))
    }
}

/// Money of a charge was given back.
public struct RefundCompleted: TransactionEvent {
    public static let name = "refund_completed"
    public static let summary = "Money of a charge was given back."

    /// The transaction as it is now.
    public var transaction: TransactionSnapshot

    /// Makes the event.
    public init(transaction: TransactionSnapshot) { self.transaction = transaction }

    public static var example: RefundCompleted {
        RefundCompleted(transaction: .refundExample)
    }
}

/// A refund was refused; no money moves.
public struct RefundRejected: TransactionEvent {
    public static let name = "refund_rejected"
    public static let summary = "A refund was refused; no money moves."

    /// The transaction as it is now.
    public var transaction: TransactionSnapshot

    /// Makes the event.
    public init(transaction: TransactionSnapshot) { self.transaction = transaction }

    public static var example: RefundRejected {
        var refund = TransactionSnapshot.refundExample
        refund.status = .failed
        return RefundRejected(transaction: refund)
    }
}

/// A charge was given up before it was paid out.
public struct PaymentVoided: TransactionEvent {
    public static let name = "payment_voided"
    public static let summary = "A charge was given up before it was paid out."

    /// The transaction as it is now.
    public var transaction: TransactionSnapshot

    /// Makes the event.
    public init(transaction: TransactionSnapshot) { self.transaction = transaction }

    public static var example: PaymentVoided {
        PaymentVoided(transaction: .example(status: .voided))
    }
}

/// The buyer's bank took the money of a charge back.
public struct ChargebackReceived: TransactionEvent {
    public static let name = "chargeback_received"
    public static let summary = "The buyer's bank took the money of a charge back."

    /// The transaction as it is now.
    public var transaction: TransactionSnapshot

    /// Makes the event.
    public init(transaction: TransactionSnapshot) { self.transaction = transaction }

    public static var example: ChargebackReceived {
        ChargebackReceived(transaction: .example(status: .chargeback))
    }
}
