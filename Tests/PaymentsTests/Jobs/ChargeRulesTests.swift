import Schema
import TestKit
import Testing

@testable import Payments

/// What is settled without a gateway.
@Suite struct ChargeRulesTests {
    @Test func aCardThatPaysNothingIsKeptForLater() async throws {
        try await Till.with { till in
            let free = try await till.pay(try await till.charge(subtotal: 0, tax: 0))
            #expect(free.status == .completed)
            #expect(free.gateway != nil)
            let later = try await till.pay(try await till.charge(method: .onfile))
            #expect(later.status == .completed)
            #expect(try await till.differences() == [])
            let declined = try await till.pay(try await till.charge("4000000000000002", subtotal: 0, tax: 0))
            #expect(declined.status == .declined, "its gateway has looked at it")
        }
    }

    @Test(arguments: [PaymentMethod.onfile, .paypalWallet, .external])
    func nothingElseThatPaysNothingIsAskedFor(_ method: PaymentMethod) async throws {
        try await Till.with { till in
            let free = try await till.pay(try await till.charge(method: method, subtotal: 0, tax: 0))
            #expect(free.status == .completed)
            #expect(free.gateway == nil)
            #expect(free.redirectURL == nil)
            #expect(try await till.events(of: free.id) == ["payment_completed"])
            #expect(try await till.differences() == [])
        }
    }

    @Test func anAlternativePaymentMustBeOneOfTheAccounts() async throws {
        try await Till.with { till in
            let store = AlternativePaymentStore(database: till.database)
            func offer(
                _ id: Int64, _ type: AlternativePaymentType, _ status: AlternativePaymentStatus = .active,
                of account: AccountID? = nil
            ) async throws {
                let payment = AlternativePayment(
                    id: id, name: "\(type)", type: type, status: status, supportsRefunds: false, supportsVoids: false,
                    supportsUpsells: false, isTestMode: false, requiresRedirect: false, createdAt: Samples.time,
                    updatedAt: Samples.time)
                _ = try await store.save(payment, of: account ?? till.account)
            }
            try await offer(1, .zelle)
            try await offer(2, .venmo, .inactive)
            try await offer(3, .paypalWallet)
            try await offer(4, .zelle, of: AccountID())
            func pay(_ id: Int64?, _ method: PaymentMethod = .external) async throws -> TransactionStatus? {
                var charge = try await till.charge(method: method)
                charge.alternativePaymentID = id
                try await till.send(charge)
                try await eventually("it is answered") {
                    let status = try await till.transaction(charge.transactionID)?.status
                    return status == .completed || status == .declined || status == .pendingRedirect
                }
                let made = try await till.transaction(charge.transactionID)
                if made?.status == .declined { #expect(made?.declineCode == PaymentDecline.noAlternativePayment) }
                return made?.status
            }
            #expect(try await pay(nil) == .completed)
            #expect(try await pay(1) == .completed)
            for id: Int64 in [2, 3, 4, 9] { #expect(try await pay(id) == .declined, "\(id)") }
            #expect(try await pay(3, .paypalWallet) == .pendingRedirect)
            #expect(try await pay(1, .paypalWallet) == .declined)
            #expect(try await till.differences() == [])
        }
    }
}
