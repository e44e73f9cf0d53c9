import Schema

/// What a change of an order makes necessary.
enum CheckoutChange: Sendable, Equatable {
    /// Nothing but what is stored.
    case noted
    /// The first payment has come in: the order is placed.
    case placed
    /// An upsell was paid: its lines join the cart.
    case upsellAdded
    case completed
    case refunded
    /// The buyer's bank has taken money back.
    case chargedBack
    /// All that had come in was called off: so is the order.
    case voided
    /// Money has come in that nothing is owed for: it goes back.
    case overpaid
}

/// The life of an order, without I/O. Each verb answers what follows from it, nil where nothing changes.
extension Checkout {
    /// A charge for the order's first lines is asked for.
    mutating func requestPayment(at time: Timestamp) {
        status = .pendingPayment
        touch(time)
    }

    /// Takes in what payments says of a charge of this order.
    ///
    /// - Parameter pause: How long after its last payment an order closes by itself.
    mutating func settle(
        _ charge: CheckoutCharge, _ snapshot: TransactionSnapshot, closingAfter pause: Duration, at time: Timestamp
    ) -> CheckoutChange {
        touch(time)
        switch (charge.purpose, snapshot.status) {
        case (.order, .completed) where !status.isPaid && !status.isOff:
            status = isQARequired ? .onHold : .processing
            totals.tax = snapshot.tax
            taxRate = snapshot.taxRate
            notePayment(closingAfter: pause, at: time)
            return .placed
        case (.upsell, .completed) where keepsMoney && !charge.hasPaid:
            totals = totals + charge.totals.taxed(snapshot.tax)
            if taxRate == "0" || taxRate.isEmpty { taxRate = snapshot.taxRate }
            upsellDepth = max(upsellDepth, snapshot.upsellDepth)
            notePayment(closingAfter: pause, at: time)
            return .upsellAdded
        case (.order, .completed) where !charge.hasPaid, (.upsell, .completed) where !charge.hasPaid:
            return .overpaid
        case (.order, .chargeback), (.upsell, .chargeback):
            status = .chargeback
            closesAt = nil
            return .chargedBack
        case (.order, let outcome) where outcome.isRefusal:
            // What we have called off ourselves is nobody's decline.
            if outcome != .voided, charge.isOpen || charge.isCapturable { declines += 1 }
            if status == .pendingPayment { status = .declined }
            return .noted
        case (.upsell, let outcome) where outcome.isRefusal && charge.isOpen:
            declines += 1
            return .noted
        default:
            return .noted
        }
    }

    /// Takes in that money went back.
    ///
    /// - Parameters:
    ///   - paid: What has come in, in minor units.
    ///   - returned: What has gone back of it.
    mutating func noteRefund(paid: Int64, returned: Int64, at time: Timestamp) -> CheckoutChange {
        // What a renewal gives back leaves the order itself as it is.
        if status.isPaid, status != .chargeback, returned > 0 {
            status = returned >= paid ? .refunded : .partiallyRefunded
        }
        if status == .refunded { closesAt = nil }
        touch(time)
        return .refunded
    }

    /// Takes in that a charge which had come in was called off.
    ///
    /// - Parameter paid: What is left of what has come in, in minor units.
    mutating func noteVoid(paid: Int64, at time: Timestamp) -> CheckoutChange {
        touch(time)
        guard status.isPaid, status != .chargeback else { return .noted }
        guard paid == 0 else {
            status = .partiallyRefunded
            return .refunded
        }
        status = .voided
        closesAt = nil
        return .voided
    }

    /// Closes the order: nothing can be added any more. What was refunded in part stays so.
    mutating func complete(at time: Timestamp) -> CheckoutChange? {
        guard completedAt == nil, keepsMoney else { return nil }
        if status != .partiallyRefunded { status = .completed }
        completedAt = time
        closesAt = nil
        touch(time)
        return .completed
    }

    /// The order is off, says whoever keeps the order book.
    mutating func cancel(at time: Timestamp) {
        status = .cancelled
        closesAt = nil
        touch(time)
    }

    /// Whether lines can still be added.
    var isOpenForUpsells: Bool { keepsMoney && completedAt == nil }

    /// Whether money has come in and not all gone back, as far as we decide on it.
    private var keepsMoney: Bool { status.isPaid && status != .refunded && status != .chargeback }

    /// Notes that a command goes to payments; answers its sequence.
    mutating func nextCommand() -> Int64 {
        commandSequence += 1
        return commandSequence
    }

    /// Notes that an event tells of it.
    mutating func nextEvent() -> Int64 {
        sequence += 1
        return sequence
    }

    private mutating func notePayment(closingAfter pause: Duration, at time: Timestamp) {
        lastTransactionAt = time
        // Held orders wait for whoever looks at them; what is closed stays so, however late a charge is answered.
        closesAt = status == .onHold || completedAt != nil ? nil : time + pause
    }

    private mutating func touch(_ time: Timestamp) { updatedAt = max(time, updatedAt) }
}

extension CheckoutTotals {
    /// The same with a tax.
    func taxed(_ tax: Int64) -> CheckoutTotals {
        var totals = self
        totals.tax = tax
        return totals
    }
}

extension TransactionStatus {
    /// Whether the charge has come to nothing.
    var isRefusal: Bool { [.declined, .failed, .error, .voided].contains(self) }
}
