import FoundationEssentials
import Schema

/// The built-in gateway: test cards and a wallet, see docs/sandbox.md. Its books are a table, so that what it says
/// survives a restart, and asking it for an outcome is real.
struct SandboxGateway: PaymentGateway {
    private(set) var profile = GatewayProfile(id: 1, name: "Sandbox", descriptor: "CARAVAN SANDBOX")
    private let store: SandboxStore
    /// Where buyers reach the wallet's page.
    private let publicURL: String
    private let batcher: Batcher<SandboxPayment, SandboxPayment>

    init(store: SandboxStore, publicURL: String) {
        self.store = store
        self.publicURL = publicURL
        batcher = Batcher(limit: 200) { try await store.record($0) }
    }

    /// The sandbox under the number and the name that an account gives it.
    func renamed(_ profile: GatewayProfile) -> SandboxGateway {
        var renamed = self
        renamed.profile = profile
        return renamed
    }

    func charge(_ charge: GatewayCharge) async throws(GatewayError) -> GatewayAnswer {
        switch charge.instrument {
        case .card(let card): try await pay(charge, as: SandboxScenario(number: card.number), keepsCard: true)
        case .saved(let token): try await pay(charge, as: SandboxScenario(token: token), keepsCard: false)
        case .wallet(let returnURL, let cancelURL):
            try await record(
                payment(
                    of: charge, .redirected,
                    wallet: .init(token: Self.randomToken(), returnURL: returnURL, cancelURL: cancelURL)))
        }
    }

    private func pay(
        _ charge: GatewayCharge, as scenario: SandboxScenario, keepsCard: Bool
    ) async throws(GatewayError) -> GatewayAnswer {
        if let delay = scenario.delay { try? await Task.sleep(for: delay) }
        var made = payment(of: charge, scenario.decline == nil ? .captured : .declined)
        made.declineCode = scenario.decline?.code
        if let silence = scenario.silence { made.knownAt = .now() + silence }
        if keepsCard, scenario.decline == nil { made.savedToken = scenario.token(for: charge.key) }
        let answer = try await record(made)
        if scenario.silence != nil { throw .outcomeUnknown }
        return answer
    }

    func capture(_ capture: GatewayCapture) async throws(GatewayError) -> GatewayAnswer {
        try await reaching { () async throws in
            _ = try await store.move(capture.key, from: [.approved], to: .captured)
            guard let payment = try await store.payment(capture.key, of: capture.account) else {
                return .refused("unknown_payment", "Sandbox: There is no such payment")
            }
            switch payment.state {
            case .redirected:
                return .refused(PaymentDecline.notApproved, "Sandbox: The buyer has not approved the payment")
            default: return answer(payment)
            }
        }
    }

    func void(_ charge: GatewayCapture) async throws(GatewayError) -> GatewayAnswer {
        try await reaching { () async throws in
            _ = try await store.move(charge.key, from: [.redirected, .approved], to: .cancelled)
            guard let payment = try await store.payment(charge.key, of: charge.account) else {
                return GatewayAnswer(verdict: .voided, response: "Sandbox: There is no such payment")
            }
            var answer = answer(payment)
            if payment.state == .cancelled { (answer.verdict, answer.response) = (.voided, "Sandbox: Called off") }
            return answer
        }
    }

    func refund(_ refund: GatewayRefund) async throws(GatewayError) -> GatewayAnswer {
        try await reaching { () async throws in
            let asked = SandboxPayment(
                key: refund.key, account: refund.account, state: .refunded, amount: refund.amount, knownAt: .now())
            guard let made = try await store.recordRefund(asked, of: refund.charge) else {
                return .refused("refund_refused", "Sandbox: The payment cannot be refunded by this amount")
            }
            return answer(made)
        }
    }

    func lookup(
        _ key: TransactionID, externalID: String?, of account: AccountID
    ) async throws(GatewayError) -> GatewayAnswer? {
        try await reaching { () async throws in
            guard let payment = try await store.payment(key, of: account) else { return nil }
            return payment.knownAt > .now() ? .unknown : answer(payment)
        }
    }

    // MARK: The wallet's page

    /// The payment that a page is about.
    func payment(walletToken: String) async throws -> SandboxPayment? {
        try await store.payment(walletToken: walletToken)
    }

    /// The buyer approves. Answers how the payment now stands.
    func approve(_ payment: SandboxPayment) async throws -> SandboxState {
        try await store.move(payment.key, from: [.redirected], to: .approved) ? .approved : try await state(of: payment)
    }

    /// The buyer calls it off, which an approval does not prevent before the capture.
    func cancel(_ payment: SandboxPayment) async throws -> SandboxState {
        try await store.move(payment.key, from: [.redirected, .approved], to: .cancelled)
            ? .cancelled : try await state(of: payment)
    }

    private func state(of payment: SandboxPayment) async throws -> SandboxState {
        try await store.payment(payment.key, of: payment.account)?.state ?? payment.state
    }

    // MARK: Books

    private func payment(
        of charge: GatewayCharge, _ state: SandboxState, wallet: SandboxPayment.Wallet? = nil
    ) -> SandboxPayment {
        SandboxPayment(
            key: charge.key, account: charge.account, state: state, amount: charge.amount, knownAt: .now(),
            wallet: wallet)
    }

    private func record(_ payment: SandboxPayment) async throws(GatewayError) -> GatewayAnswer {
        try await reaching { () async throws in answer(try await batcher.submit(payment)) }
    }

    private func answer(_ payment: SandboxPayment) -> GatewayAnswer {
        var answer = GatewayAnswer(
            verdict: .completed, externalID: payment.externalID, savedToken: payment.savedToken)
        switch payment.state {
        case .captured: answer.response = "Sandbox: Transaction approved"
        case .refunded: answer.response = "Sandbox: Transaction refunded"
        case .declined:
            let decline = SandboxScenario.allCases.compactMap(\.decline).first { $0.code == payment.declineCode }
            answer.verdict = .declined(code: payment.declineCode ?? SandboxDecline.generic.code)
            answer.response = "Sandbox: \((decline ?? .generic).words)"
        case .redirected, .approved:
            answer.verdict = .redirect("\(publicURL)/sandbox/wallet/\(payment.wallet?.token ?? "")")
            answer.response = "Sandbox: Waiting for the buyer"
        case .cancelled:
            answer.verdict = .declined(code: "cancelled_by_buyer")
            answer.response = "Sandbox: The buyer has called it off"
        }
        if payment.wallet != nil, payment.state == .captured { answer.payerEmail = "buyer@example.com" }
        return answer
    }

    /// What fails here is as a gateway that does not answer: the reconciler asks again.
    private func reaching<T: Sendable>(_ work: () async throws -> T) async throws(GatewayError) -> T {
        do { return try await work() } catch { throw .outcomeUnknown }
    }

    /// 256 random bits: the address is the only thing that guards the page.
    private static func randomToken() -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<4).map { _ in
            let digits = String(generator.next(), radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}
