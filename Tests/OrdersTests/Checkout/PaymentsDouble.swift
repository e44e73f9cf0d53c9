import Messaging
import Postgres
import Schema
import Synchronization

@testable import Orders

/// Answers the commands of orders as payments would: cards ending in 0002 are declined, wallets ask for approval.
final class PaymentsDouble: Sendable {
    let opener = CardOpener(generating: "ck_test")
    private struct State {
        var isSilent = false
        var approvesWallets = false
        var ignoresVoids = false
        var declinesSaved = false
        var tax: Int64 = 0
        var taxDetails: [TaxDetail]?
        var shippingTax: Int64?
        var charges: [ChargeRequested] = []
        var sequences: [TransactionID: Int64] = [:]
        var snapshots: [TransactionID: TransactionSnapshot] = [:]
        var numbers = 0
    }
    private let state = Mutex(State())

    /// Whether nobody answers, as if payments were away.
    func fallSilent(_ isSilent: Bool) { state.withLock { $0.isSilent = isSilent } }
    /// Whether the buyer has approved in the wallet.
    func approveWallets() { state.withLock { $0.approvesWallets = true } }
    /// Whether charges are taken before they can be called off.
    func ignoreVoids() { state.withLock { $0.ignoresVoids = true } }
    /// Whether cards that are charged from the file are declined.
    func declineSaved(_ declines: Bool) { state.withLock { $0.declinesSaved = declines } }
    /// The latest that orders has heard of a charge.
    func snapshot(of id: TransactionID) -> TransactionSnapshot? { state.withLock { $0.snapshots[id] } }
    /// What the tax provider says where no tax is given.
    func levy(_ tax: Int64, _ details: [TaxDetail]? = nil, shipping: Int64? = nil) {
        state.withLock { state in
            state.tax = tax
            state.taxDetails = details
            state.shippingTax = shipping
        }
    }
    /// What was asked for.
    var charges: [ChargeRequested] { state.withLock { $0.charges } }

    func run(_ till: Till) async throws {
        // Positions are drawn before their transactions commit, so a lower one may come after a higher one.
        var seen: Set<Int64> = []
        while !Task.isCancelled {
            let isSilent = state.withLock { $0.isSilent }
            if !isSilent {
                let rows = try await till.database.query(
                    """
                    SELECT position, type, payload FROM outbox
                    WHERE type LIKE 'com.caravan.payments.%' ORDER BY position
                    """)
                var snapshots: [TransactionSnapshot] = []
                for row in rows where seen.insert(try row["position"]).inserted {
                    snapshots += try answers(type: row["type"], payload: row["payload"])
                }
                if !snapshots.isEmpty { try await deliver(snapshots, to: till) }
            }
            try await Task.sleep(for: .milliseconds(2))
        }
    }

    /// Has orders hear of a transaction, as its next event or as one of long ago.
    func deliver(_ snapshot: TransactionSnapshot, to till: Till, sequence: Int64? = nil) async throws {
        try await deliver([snapshot], to: till, sequence: sequence)
    }

    /// Has orders hear of transactions together, as when their events come in one batch.
    private func deliver(_ snapshots: [TransactionSnapshot], to till: Till, sequence: Int64? = nil) async throws {
        let news = state.withLock { state in
            snapshots.map { snapshot in
                if sequence == nil {
                    state.sequences[snapshot.id, default: 0] += 1
                    state.snapshots[snapshot.id] = snapshot
                }
                return TransactionNews(
                    snapshot: snapshot, account: till.account,
                    sequence: sequence ?? state.sequences[snapshot.id] ?? 1, trace: nil)
            }
        }
        try await till.database.withTransaction { transaction in
            try await till.book.settle(news, waking: till.waiter, in: transaction)
        }
    }

    private func answers(type: String, payload: String) throws -> [TransactionSnapshot] {
        if type.contains("charge_requested") {
            let charge = try JSON.decode(ChargeRequested.self, from: payload)
            return [try answer(charge)]
        }
        if type.contains("capture_requested") {
            let capture = try JSON.decode(CaptureRequested.self, from: payload)
            return state.withLock { state in
                guard var snapshot = state.snapshots[capture.transactionID] else { return [] }
                snapshot.declineCode = state.approvesWallets ? nil : "not_approved"
                snapshot.response = state.approvesWallets ? "Captured" : "The buyer has not approved"
                if state.approvesWallets { snapshot.status = .completed }
                return [snapshot]
            }
        }
        if type.contains("void_requested") {
            let void = try JSON.decode(VoidRequested.self, from: payload)
            return state.withLock { state in
                guard !state.ignoresVoids, var snapshot = state.snapshots[void.transactionID],
                    snapshot.status == .pendingRedirect
                else { return [] }
                snapshot.status = .voided
                return [snapshot]
            }
        }
        return [try answer(JSON.decode(RefundRequested.self, from: payload))]
    }

    private func answer(_ charge: ChargeRequested) throws -> TransactionSnapshot {
        let card = try charge.card.map { try opener.open($0, for: charge.transactionID) }
        return state.withLock { state in
            state.charges.append(charge)
            let tax = charge.tax ?? state.tax
            let status: TransactionStatus =
                charge.method == .paypalWallet
                ? .pendingRedirect
                : card?.number.hasSuffix("0002") == true || (charge.method == .onfile && state.declinesSaved)
                    ? .declined : .completed
            var answer = snapshot(
                charge.transactionID, charge, status, amount: charge.subtotal + charge.shipping + tax - charge.discount,
                tax: tax, &state)
            if charge.tax == nil {
                answer.taxDetails = state.taxDetails
                answer.shippingTax = state.shippingTax
            }
            return answer
        }
    }

    private func answer(_ refund: RefundRequested) -> TransactionSnapshot {
        state.withLock { state in
            guard let charge = state.charges.first(where: { $0.transactionID == refund.transactionID }),
                var parent = state.snapshots[refund.transactionID]
            else { return CheckoutSamples.unknown(refund) }
            let left = parent.amount - parent.refundedAmount
            let amount = refund.amount ?? left
            let isRefused = amount > left || left == 0
            var answer = snapshot(
                refund.refundID, charge, isRefused ? .failed : refund.isExternal ? .externallyRefunded : .refunded,
                amount: -amount, tax: 0, &state)
            answer.kind = "refund"
            answer.parentID = parent.id
            if !isRefused { parent.refundedAmount += amount }
            answer.refundedAmount = parent.refundedAmount
            state.snapshots[parent.id] = parent
            return answer
        }
    }

    private func snapshot(
        _ id: TransactionID, _ charge: ChargeRequested, _ status: TransactionStatus, amount: Int64, tax: Int64,
        _ state: inout State
    ) -> TransactionSnapshot {
        state.numbers += 1
        return TransactionSnapshot(
            id: id, number: "TXN-250321-\(String(1_000_000 + state.numbers).dropFirst())", orderID: charge.orderID,
            orderNumber: charge.context.orderNumber, customerNumber: charge.context.customerNumber, kind: "charge",
            parentID: nil, status: status, method: charge.method, amount: amount, refundedAmount: 0, tax: tax,
            taxRate: charge.taxRate ?? "0", currency: charge.currency, card: charge.cardSummary,
            gatewayID: charge.gatewayID ?? 1,
            gatewayName: "Sandbox", descriptor: "CARAVAN", externalTransactionID: "ext-\(state.numbers)",
            response: status == .declined ? "Do not honor" : "Approved", declineCode: nil,
            redirectURL: status == .pendingRedirect ? "https://wallet.example/1" : nil, payerEmail: nil,
            isUpsell: charge.context.isUpsell, upsellDepth: charge.context.upsellDepth, isTest: false,
            products: charge.context.products, createdAt: .now(), updatedAt: .now())
    }
}

enum CheckoutSamples {
    /// What payments would say of a refund of nothing.
    static func unknown(_ refund: RefundRequested) -> TransactionSnapshot {
        var snapshot = RefundRejected.example.transaction
        snapshot.id = refund.refundID
        snapshot.orderID = refund.orderID
        snapshot.status = .failed
        return snapshot
    }
}
