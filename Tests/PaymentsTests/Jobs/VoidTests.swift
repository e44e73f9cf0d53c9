import Schema
import TestKit
import Testing

@testable import Payments

/// Charges that nobody needs any more.
@Suite struct VoidTests {
    /// A charge whose buyer has been sent to the wallet, and the wallet's payment.
    private func redirected(_ till: Till) async throws -> (TransactionID, SandboxPayment) {
        let request = try await till.charge(method: .paypalWallet)
        try await till.send(request)
        let id = request.transactionID
        try await eventually("the buyer is sent away") { try await till.transaction(id)?.status == .pendingRedirect }
        let url = try #require(try await till.snapshot(of: id)?.redirectURL)
        let token = try #require(url.split(separator: "/").last.map(String.init))
        return (id, try #require(try await till.sandbox.payment(walletToken: token)))
    }

    private func void(_ id: TransactionID, _ till: Till) async throws {
        try await till.send(VoidRequested(transactionID: id, orderID: OrderID()))
    }

    @Test func whatTheBuyerHasApprovedIsNeverTaken() async throws {
        try await Till.with { till in
            let (id, payment) = try await redirected(till)
            #expect(try await till.sandbox.approve(payment) == .approved)
            try await void(id, till)
            #expect(try await till.settled(id).status == .voided)
            #expect(try await till.sandbox.approve(payment) == .cancelled)
            // Too late to be captured, and voided once.
            try await till.send(CaptureRequested(transactionID: id, orderID: OrderID()))
            try await void(id, till)
            #expect(try await till.tasks() == 0)
            #expect(try await till.events(of: id) == ["payment_pending", "payment_voided"])
            #expect(try await till.differences() == [])
        }
    }

    @Test func whatWasTakenIsLeftAsItIs() async throws {
        try await Till.with { till in
            let paid = try await till.pay(try await till.charge())
            try await void(paid.id, till)
            #expect(try await till.tasks() == 0)
            #expect(try await till.transaction(paid.id)?.status == .completed)
        }
    }

    /// Capture and void from all sides: the money has moved once or not at all, and the books say which.
    @Test func racingWithTheCaptureEndsInOneOfTheTwo() async throws {
        try await Till.with { till in
            for _ in 0..<5 {
                let (id, payment) = try await redirected(till)
                _ = try await till.sandbox.approve(payment)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<3 {
                        group.addTask { try await void(id, till) }
                        group.addTask { try await till.send(CaptureRequested(transactionID: id, orderID: OrderID())) }
                    }
                    try await group.waitForAll()
                }
                let end = try await till.settled(id).status
                let known = try await till.sandbox.lookup(id, externalID: nil, of: till.account)
                #expect(end == .completed ? known?.verdict == .completed : known?.verdict != .completed, "\(end)")
            }
            try await eventually("nothing is left to do") { try await till.tasks() == 0 }
            #expect(try await till.differences() == [])
        }
    }

    @Test func aVoidWhoseOwnerDiedIsDoneByAnother() async throws {
        try await Till.with(runs: false) { till in
            let (id, payment) = try await till.working { _ in try await redirected(till) }
            _ = try await till.sandbox.approve(payment)
            try await void(id, till)
            let end = try await till.replica { _ in try await till.settled(id) }
            #expect(end.status == .voided)
            #expect(try await till.differences() == [])
        }
    }
}
