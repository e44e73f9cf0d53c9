import Schema

/// Does one task with its gateway: works out what to ask, asks, and gives the answer. Writes nothing but the tax.
struct PaymentDesk: Sendable {
    let store: TransactionStore
    let vault: VaultStore
    let cards: CardVault
    let gateways: any GatewayDirectory
    let alternatives: AlternativePaymentStore
    let taxes: any TaxCalculator

    /// What came of a task.
    ///
    /// - Throws: If something of ours fails (the database): the task is done again later.
    func outcome(of task: PaymentTask) async throws -> PaymentOutcome {
        switch task.command {
        case .charge(let request): try await charge(request, task)
        case .capture: try await capture(task)
        case .void: try await void(task)
        case .refund(let request): try await refund(request, task)
        }
    }

    // MARK: Charge

    private func charge(_ request: ChargeRequested, _ task: PaymentTask) async throws -> PaymentOutcome {
        func outcome(
            _ answer: GatewayAnswer, _ gateway: GatewayProfile? = nil, saved: SavedCard? = nil
        ) -> PaymentOutcome {
            PaymentOutcome(transaction: task.transaction, answer: answer, gateway: gateway, saved: saved)
        }
        guard let bill = try await bill(of: request, task) else {
            return outcome(.refused(PaymentDecline.taxUnavailable, "The tax could not be computed."))
        }
        if let refusal = refusal(of: bill.total, request.context) { return outcome(refusal) }
        if let refusal = try await alternatives.refusal(of: request, by: task.account) { return outcome(refusal) }
        // Paid elsewhere: there is nobody to ask.
        if request.method == .external { return outcome(GatewayAnswer(verdict: .completed)) }
        // A card is shown to its gateway even for nothing: later charges need it on file.
        if bill.total.minorUnits == 0, request.method != .card {
            return outcome(GatewayAnswer(verdict: .completed, response: "Nothing to charge"))
        }
        guard let gateway = try await gateways.gateway(request.gatewayID, of: task.account) else {
            return outcome(.refused(PaymentDecline.gatewayUnavailable, "There is no such payment gateway."))
        }
        let profile = gateway.profile
        var answer = task.isRetry ? await known(task, at: gateway, as: bill.externalID) : nil
        if answer == nil {
            switch try await instrument(of: request, task, at: profile) {
            case .failure(let refusal): return outcome(refusal.answer, profile)
            case .success(let instrument):
                let charge = GatewayCharge(
                    key: task.transaction, account: task.account, amount: bill.total, instrument: instrument,
                    orderNumber: request.context.orderNumber, customerNumber: request.context.customerNumber,
                    email: bill.email, returnURL: request.returnURL)
                answer = await self.answer { () async throws(GatewayError) in try await gateway.charge(charge) }
            }
        }
        let given = answer ?? .unknown
        return outcome(given, profile, saved: try await saved(request, task, given, at: profile))
    }

    /// The card that was charged, as it is kept and shown.
    private func saved(
        _ request: ChargeRequested, _ task: PaymentTask, _ answer: GatewayAnswer, at gateway: GatewayProfile
    ) async throws -> SavedCard? {
        switch request.method {
        case .card:
            guard let token = answer.savedToken, let summary = request.cardSummary else { return nil }
            return SavedCard(token: token, summary: summary)
        case .onfile:
            return try await vault.card(of: request.context.customerNumber, at: gateway.id, of: task.account)
        default: return nil
        }
    }

    /// The amount, its tax computed and written down first where it is not given; nil if that fails.
    private func bill(of request: ChargeRequested, _ task: PaymentTask) async throws -> PaymentBill? {
        if let bill = task.bill { return bill }
        guard var row = try await store.transaction(task.transaction) else {
            throw UnknownTransaction(id: task.transaction)
        }
        if row.isTaxPending, let question = request.taxQuestion {
            guard let tax = try? await taxes.tax(for: question, in: request.currency, of: task.account) else {
                return nil
            }
            row = try await store.assess(task.transaction, tax) ?? row
        }
        return PaymentBill(
            total: Money(minorUnits: row.amount, currency: row.currency), email: row.context.email,
            externalID: row.externalID)
    }

    /// The campaign's limits, for what orders could not know: the tax and the brand of a saved card.
    private func refusal(of total: Money, _ context: ChargeContext) -> GatewayAnswer? {
        if let minimum = context.minimumAmount, total.minorUnits < minimum {
            return .refused(PaymentDecline.amountTooSmall, "The amount is below the campaign's minimum.")
        }
        if let maximum = context.maximumAmount, total.minorUnits > maximum {
            return .refused(PaymentDecline.amountTooLarge, "The amount is above the campaign's maximum.")
        }
        return nil
    }

    private struct Refusal: Error { let answer: GatewayAnswer }

    private func instrument(
        of request: ChargeRequested, _ task: PaymentTask, at gateway: GatewayProfile
    ) async throws -> Result<GatewayCharge.Instrument, Refusal> {
        func refused(_ code: String, _ message: String) -> Result<GatewayCharge.Instrument, Refusal> {
            .failure(Refusal(answer: .refused(code, message)))
        }
        switch request.method {
        case .card:
            guard let sealed = request.card, let card = try await cards.open(sealed, for: task.transaction) else {
                return refused(PaymentDecline.cardUnreadable, "The card could not be read. Please enter it again.")
            }
            return .success(.card(card))
        case .onfile:
            let customer = request.context.customerNumber
            guard let saved = try await vault.card(of: customer, at: gateway.id, of: task.account) else {
                return refused(PaymentDecline.noSavedCard, "The customer has no saved payment method.")
            }
            let allowed = request.context.allowedCardBrands
            guard allowed.isEmpty || allowed.contains(saved.summary.brand) else {
                return refused(PaymentDecline.brandNotAllowed, "The campaign does not accept this card brand.")
            }
            return .success(.saved(token: saved.token))
        default:
            return .success(.wallet(returnURL: request.returnURL ?? "", cancelURL: request.cancelURL ?? ""))
        }
    }

    // MARK: Capture, void and refund

    private func capture(_ task: PaymentTask) async throws -> PaymentOutcome {
        try await finish(task) { (gateway, charge) async throws(GatewayError) in try await gateway.capture(charge) }
    }

    private func void(_ task: PaymentTask) async throws -> PaymentOutcome {
        try await finish(task) { (gateway, charge) async throws(GatewayError) in try await gateway.void(charge) }
    }

    /// Has a charge that waits captured or called off, unless that has happened already.
    private func finish(
        _ task: PaymentTask,
        _ ask: (any PaymentGateway, GatewayCapture) async throws(GatewayError) -> GatewayAnswer
    ) async throws -> PaymentOutcome {
        guard let charge = try await store.transaction(task.transaction) else {
            throw UnknownTransaction(id: task.transaction)
        }
        guard let gateway = try await gateways.gateway(charge.gateway?.id, of: task.account) else {
            return PaymentOutcome(transaction: charge.id, answer: .unknown, gateway: nil)
        }
        func outcome(_ answer: GatewayAnswer) -> PaymentOutcome {
            let card = charge.card.flatMap { card in
                answer.savedToken.map { SavedCard(token: $0, summary: card) }
            }
            return PaymentOutcome(transaction: charge.id, answer: answer, gateway: gateway.profile, saved: card)
        }
        if task.isRetry, let known = await known(task, at: gateway, as: charge.externalID), known.verdict == .completed
        {
            return outcome(known)
        }
        let asked = GatewayCapture(
            key: charge.id, account: charge.account,
            amount: Money(minorUnits: charge.amount, currency: charge.currency), externalID: charge.externalID)
        return outcome(await answer { () async throws(GatewayError) in try await ask(gateway, asked) })
    }

    private func refund(_ request: RefundRequested, _ task: PaymentTask) async throws -> PaymentOutcome {
        guard let refund = try await store.transaction(task.transaction),
            let charge = try await store.transaction(request.transactionID)
        else { throw UnknownTransaction(id: task.transaction) }
        guard let gateway = try await gateways.gateway(charge.gateway?.id, of: task.account) else {
            return PaymentOutcome(transaction: refund.id, parent: charge.id, answer: .unknown, gateway: nil)
        }
        func outcome(_ answer: GatewayAnswer) -> PaymentOutcome {
            PaymentOutcome(transaction: refund.id, parent: charge.id, answer: answer, gateway: gateway.profile)
        }
        if task.isRetry, let known = await known(task, at: gateway, as: refund.externalID) { return outcome(known) }
        let asked = GatewayRefund(
            key: refund.id, charge: charge.id, account: task.account,
            amount: Money(minorUnits: -refund.amount, currency: refund.currency), externalID: charge.externalID,
            reason: request.reason)
        return outcome(await answer { () async throws(GatewayError) in try await gateway.refund(asked) })
    }

    // MARK: Asking

    /// What the gateway knows of an earlier attempt; nil if it never heard of one.
    private func known(
        _ task: PaymentTask, at gateway: any PaymentGateway, as externalID: String?
    ) async -> GatewayAnswer? {
        do {
            return try await gateway.lookup(task.transaction, externalID: externalID, of: task.account)
        } catch {
            return .unknown
        }
    }

    private func answer(_ ask: () async throws(GatewayError) -> GatewayAnswer) async -> GatewayAnswer {
        do {
            return try await ask()
        } catch {
            switch error {
            case .outcomeUnknown: return .unknown
            case .refused(let reason): return .refused(PaymentDecline.gatewayUnavailable, reason)
            }
        }
    }
}
