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
        case (.order, .completed) where !status.isPaid && status != .cancelled:
            status = isQARequired ? .onHold : .processing
            totals.tax = snapshot.tax
            taxRate = snapshot.taxRate
            notePayment(closingAfter: pause, at: time)
            return .placed
        case (.upsell, .completed) where status.isPaid && charge.status != .completed:
            totals = totals + charge.totals.taxed(snapshot.tax)
            if taxRate == "0" || taxRate.isEmpty { taxRate = snapshot.taxRate }
            upsellDepth = max(upsellDepth, snapshot.upsellDepth)
            notePayment(closingAfter: pause, at: time)
            return .upsellAdded
        case (.order, let outcome) where outcome.isRefusal:
            if charge.isOpen || charge.isCapturable { declines += 1 }
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
        if status.isPaid, returned > 0 { status = returned >= paid ? .refunded : .partiallyRefunded }
        if status == .refunded { closesAt = nil }
        touch(time)
        return .refunded
    }

    /// Closes the order: nothing can be added any more. What was refunded in part stays so.
    mutating func complete(at time: Timestamp) -> CheckoutChange? {
        guard completedAt == nil, status.isPaid, status != .refunded else { return nil }
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
    var isOpenForUpsells: Bool { status.isPaid && status != .refunded && completedAt == nil }

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
        // Held orders wait for whoever looks at them.
        closesAt = status == .onHold ? nil : time + pause
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
