import Schema
import TestKit
import Testing

@testable import Payments

/// Redirect, approval, capture.
@Suite struct WalletTests {
    /// A charge whose buyer has been sent away, and the wallet's token.
    private func redirected(_ till: Till) async throws -> (TransactionID, String) {
        let request = try await till.charge(method: .paypalWallet)
        try await till.send(request)
        let id = request.transactionID
        try await eventually("the buyer is sent away") {
            try await till.transaction(id)?.status == .pendingRedirect
        }
        let url = try #require(try await till.snapshot(of: id)?.redirectURL)
        #expect(url.hasPrefix("http://shop.test/sandbox/wallet/"))
        return (id, try #require(url.split(separator: "/").last.map(String.init)))
    }

    private func capture(_ id: TransactionID, _ till: Till) async throws {
        try await till.send(CaptureRequested(transactionID: id, orderID: OrderID()))
    }

    @Test func captureNeedsTheApproval() async throws {
        try await Till.with { till in
            let (id, token) = try await redirected(till)
            try await capture(id, till)
            try await eventually("the capture is refused") {
                try await till.snapshot(of: id)?.declineCode == PaymentDecline.notApproved
            }
            #expect(try await till.transaction(id)?.status == .pendingRedirect)
            #expect(try await till.differences() == [])

            let payment = try #require(try await till.sandbox.payment(walletToken: token))
            #expect(try await till.sandbox.approve(payment) == .approved)
            try await capture(id, till)
            let charge = try await till.settled(id)
            #expect(charge.status == .completed)
            #expect(charge.declineCode == nil)
            let sealed = try #require(try await till.snapshot(of: id)?.payerEmail)
            #expect(try till.keyring.open(sealed) == "buyer@example.com")
            #expect(try await till.events(of: id) == ["payment_pending", "payment_pending", "payment_completed"])

            // A second capture finds nothing to do.
            try await capture(id, till)
            #expect(try await till.tasks() == 0)
            #expect(try await till.differences() == [])
        }
    }

    @Test func aBuyerWhoCallsItOffIsNotCharged() async throws {
        try await Till.with { till in
            let (id, token) = try await redirected(till)
            let payment = try #require(try await till.sandbox.payment(walletToken: token))
            _ = try await till.sandbox.approve(payment)
            #expect(try await till.sandbox.cancel(payment) == .cancelled)
            #expect(try await till.sandbox.approve(payment) == .cancelled)
            try await capture(id, till)
            #expect(try await till.settled(id).status == .declined)
            #expect(try await till.differences() == [])
        }
    }

    /// The capture's answer is lost, and it is asked for from all sides meanwhile.
    @Test func racingCapturesMoveTheMoneyOnce() async throws {
        try await Till.with(gateway: { FlakyGateway(inner: $0, losesCapture: { _ in true }) }) { till in
            let (id, token) = try await redirected(till)
            let payment = try #require(try await till.sandbox.payment(walletToken: token))
            _ = try await till.sandbox.approve(payment)
            let notice = PaymentOutcome(
                transaction: id, answer: GatewayAnswer(verdict: .completed), gateway: Samples.sandbox, isNotice: true)
            try await till.replica { other in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for number in 0..<8 {
                        group.addTask {
                            try await till.send(
                                CaptureRequested(transactionID: id, orderID: OrderID()),
                                to: number.isMultiple(of: 2) ? other : nil)
                        }
                        group.addTask { _ = await other.settler.settle(notice) }
                    }
                    try await group.waitForAll()
                }
                #expect(try await till.settled(id).status == .completed)
                try await eventually("nothing is left to do") { try await till.tasks() == 0 }
            }
            #expect(try await till.events(of: id).filter { $0 == "payment_completed" }.count == 1)
            #expect(try await till.differences() == [])
        }
    }
}
