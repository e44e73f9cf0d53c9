import Schema

/// A gateway at Stripe: PaymentIntents that are created and confirmed in one request, with a card that goes from memory
/// straight to Stripe.
///
/// Each transaction's id is the idempotency key of what is done for it, and stands in the metadata, so that what was
/// done can be found again without an answer.
struct StripeGateway: PaymentGateway {
    let profile: GatewayProfile
    private let client: StripeClient
    private let customers: GatewayCustomerStore

    /// - Parameters:
    ///   - url: Where Stripe answers.
    ///   - timeout: Longer than most charges take; what takes longer is looked up.
    init(
        _ settings: GatewaySettings, _ secrets: GatewaySecrets, url: String, customers: GatewayCustomerStore,
        timeout: Duration = .seconds(8)
    ) {
        profile = settings.profile
        client = StripeClient(apiKey: secrets.apiKey, url: url, timeout: timeout)
        self.customers = customers
    }

    // MARK: Charge

    func charge(_ charge: GatewayCharge) async throws(GatewayError) -> GatewayAnswer {
        guard let units = StripeAmount.units(of: charge.amount) else {
            return .refused("invalid_amount", "Stripe cannot charge this amount.")
        }
        let token: StripeToken
        switch charge.instrument {
        case .wallet(let returnURL, _): return try await redirect(charge, units: units, to: returnURL)
        case .saved(let text):
            guard let saved = StripeToken(text) else {
                return .refused("invalid_token", "The saved card is another gateway's.")
            }
            token = saved
        case .card(let card):
            switch try await save(card, of: charge) {
            case .success(let saved): token = saved
            case .refused(let fault): return Self.declined(fault)
            }
        }
        // Stripe charges nothing less than its minimum; keeping the card has checked it.
        if units == 0 {
            return GatewayAnswer(verdict: .completed, response: "Card saved, nothing to charge", savedToken: token.text)
        }
        return try await confirm(charge, units: units, with: token)
    }

    private func confirm(
        _ charge: GatewayCharge, units: Int64, with token: StripeToken
    ) async throws(GatewayError) -> GatewayAnswer {
        var form = Self.form(of: charge, units: units)
        form += [
            ("customer", token.customer), ("payment_method", token.method), ("payment_method_types[]", "card"),
        ]
        if case .saved = charge.instrument {
            form.append(("off_session", "true"))
        } else if let returnURL = charge.returnURL {
            // With it Stripe names the page where the buyer's bank asks for them.
            form.append(("return_url", returnURL))
        }
        switch try await client.post("/v1/payment_intents", form, key: charge.key.description, as: StripeIntent.self) {
        case .refused(let fault): return Self.declined(fault)
        case .success(let intent):
            let answer = intent.answer(in: charge.amount.currency)
            // Left open, the buyer could still confirm what has been declined.
            if case .declined = answer.verdict, intent.status == "requires_action" { _ = try await cancel(intent.id) }
            return answer
        }
    }

    /// Sends the buyer to PayPal, whose promise is captured when they are back. Stripe sends them to one address,
    /// whatever they decide there.
    private func redirect(
        _ charge: GatewayCharge, units: Int64, to returnURL: String
    ) async throws(GatewayError) -> GatewayAnswer {
        let customer: String
        switch try await self.customer(of: charge) {
        case .success(let known): customer = known
        case .refused(let fault): return Self.declined(fault)
        }
        let form =
            Self.form(of: charge, units: units) + [
                ("customer", customer), ("payment_method_types[]", "paypal"), ("payment_method_data[type]", "paypal"),
                ("capture_method", "manual"), ("return_url", returnURL),
            ]
        switch try await client.post("/v1/payment_intents", form, key: charge.key.description, as: StripeIntent.self) {
        case .refused(let fault): return Self.declined(fault)
        case .success(let intent): return intent.answer(in: charge.amount.currency)
        }
    }

    /// What every intent is made with.
    private static func form(of charge: GatewayCharge, units: Int64) -> [(String, String)] {
        [
            ("amount", String(units)), ("currency", charge.amount.currency.code.lowercased()), ("confirm", "true"),
            ("metadata[\(StripeMetadata.transaction)]", charge.key.description),
            ("metadata[\(StripeMetadata.order)]", charge.orderNumber), expanded,
        ]
    }

    private static let expanded = ("expand[]", "latest_charge.balance_transaction")

    private func cancel(_ intent: String) async throws(GatewayError) -> StripeClient.Outcome<StripeIntent> {
        try await client.post("/v1/payment_intents/\(intent)/cancel", [], key: "\(intent)-cancel")
    }

    private static func declined(_ fault: StripeFault) -> GatewayAnswer {
        GatewayAnswer(
            verdict: .declined(code: fault.reason), externalID: fault.intent?.id,
            response: fault.message ?? "The payment gateway refuses the charge.")
    }

    // MARK: Customers

    /// Gives Stripe the card to keep for its customer, which checks it too.
    private func save(
        _ card: CardDetails, of charge: GatewayCharge
    ) async throws(GatewayError) -> StripeClient.Outcome<StripeToken> {
        let customer: String
        switch try await self.customer(of: charge) {
        case .success(let known): customer = known
        case .refused(let fault): return .refused(fault)
        }
        let form = [
            ("type", "card"), ("card[number]", card.number), ("card[exp_month]", String(card.expiryMonth)),
            ("card[exp_year]", String(card.expiryYear)), ("card[cvc]", card.verificationValue),
        ]
        let method: String
        switch try await client.post(
            "/v1/payment_methods", form, key: "\(charge.key)-method", as: StripeReference.self)
        {
        case .success(let made): method = made.id
        case .refused(let fault): return .refused(fault)
        }
        switch try await client.post(
            "/v1/payment_methods/\(method)/attach", [("customer", customer)], key: "\(charge.key)-attach",
            as: StripeReference.self)
        {
        case .success: return .success(StripeToken(customer: customer, method: method))
        case .refused(let fault): return .refused(fault)
        }
    }

    /// Stripe's name for the customer, who is made known there first if need be.
    private func customer(of charge: GatewayCharge) async throws(GatewayError) -> StripeClient.Outcome<String> {
        let (number, account) = (charge.customerNumber, charge.account)
        let known = try await reaching { () async throws in
            try await customers.customer(number, at: profile.id, of: account)
        }
        if let known { return .success(known) }
        let form = [("email", charge.email), ("metadata[\(StripeMetadata.customer)]", number)]
        switch try await client.post("/v1/customers", form, key: "\(account)-\(number)", as: StripeReference.self) {
        case .refused(let fault): return .refused(fault)
        case .success(let made):
            return .success(
                try await reaching { () async throws in
                    try await customers.save(made.id, for: number, at: profile.id, of: account)
                })
        }
    }

    // MARK: Capture, void and refund

    /// A card whose buyer was sent to their bank is taken by Stripe as soon as that agrees; only what PayPal has promised
    /// waits to be captured.
    func capture(_ capture: GatewayCapture) async throws(GatewayError) -> GatewayAnswer {
        guard let id = capture.externalID, let intent = try await intent(id) else {
            return .refused("unknown_payment", "There is nothing to capture.")
        }
        let known = intent.answer(in: capture.amount.currency)
        switch known.verdict {
        case .redirect: return .refused(PaymentDecline.notApproved, "The buyer has not approved the payment.")
        case .authorized: break
        default: return known
        }
        let key = "\(capture.key)-capture"
        switch try await client.post(
            "/v1/payment_intents/\(id)/capture", [Self.expanded], key: key, as: StripeIntent.self)
        {
        case .success(let intent): return intent.answer(in: capture.amount.currency)
        case .refused(let fault): return Self.declined(fault)
        }
    }

    func void(_ charge: GatewayCapture) async throws(GatewayError) -> GatewayAnswer {
        guard let id = charge.externalID else { return GatewayAnswer(verdict: .voided) }
        if case .success(let intent) = try await cancel(id) { return intent.answer(in: charge.amount.currency) }
        // Too late for it, then.
        return try await intent(id)?.answer(in: charge.amount.currency) ?? GatewayAnswer(verdict: .voided)
    }

    func refund(_ refund: GatewayRefund) async throws(GatewayError) -> GatewayAnswer {
        guard let charge = refund.externalID, let units = StripeAmount.units(of: refund.amount) else {
            return .refused("refund_refused", "Stripe cannot refund this amount of this charge.")
        }
        let form = [
            ("payment_intent", charge), ("amount", String(units)),
            ("metadata[\(StripeMetadata.transaction)]", refund.key.description),
        ]
        switch try await client.post("/v1/refunds", form, key: refund.key.description, as: StripeRefund.self) {
        case .success(let made): return made.answer
        case .refused(let fault): return Self.declined(fault)
        }
    }

    // MARK: Lookup

    /// By Stripe's own name, or else among the charges of the customer or the refunds of the charge: lists, unlike
    /// Stripe's search, have what was made a moment ago.
    func lookup(
        _ key: TransactionID, externalID: String?, of account: AccountID
    ) async throws(GatewayError) -> GatewayAnswer? {
        let trace = try await reaching { () async throws in
            try await customers.trace(of: key, at: profile.id, of: account)
        }
        switch trace {
        case .charge(let customer):
            if let externalID { return try await intent(externalID)?.answer(in: nil) }
            guard let customer else { return nil }
            return try await intents(of: customer).first { $0.isOf(key) }?.answer(in: nil)
        case .refund(let charge):
            if let externalID { return try await found("/v1/refunds/\(externalID)", as: StripeRefund.self)?.answer }
            guard let charge else { return nil }
            let query = [("payment_intent", charge), ("limit", Self.listed)]
            return try await found("/v1/refunds", query, as: StripeList<StripeRefund>.self)?.data
                .first { $0.isOf(key) }?.answer
        case nil: return nil
        }
    }

    private static let listed = "100"

    private struct ListedCharge: Decodable, Sendable {
        let intent: StripeIntent?

        enum CodingKeys: String, CodingKey { case intent = "payment_intent" }
    }

    private func intent(_ id: String) async throws(GatewayError) -> StripeIntent? {
        try await found("/v1/payment_intents/\(id)", [Self.expanded], as: StripeIntent.self)
    }

    private func intents(of customer: String) async throws(GatewayError) -> [StripeIntent] {
        let query = [("customer", customer), ("limit", Self.listed), ("expand[]", "data.payment_intent")]
        return try await found("/v1/charges", query, as: StripeList<ListedCharge>.self)?.data.compactMap(\.intent) ?? []
    }

    /// nil for what Stripe does not have.
    private func found<Value: Decodable & Sendable>(
        _ path: String, _ query: [(String, String)] = [], as type: Value.Type
    ) async throws(GatewayError) -> Value? {
        switch try await client.get(path, query, as: type) {
        case .success(let value): value
        case .refused: nil
        }
    }

    /// What fails here is our own database, and the charge is tried again.
    private func reaching<T: Sendable>(_ work: () async throws -> T) async throws(GatewayError) -> T {
        do { return try await work() } catch { throw .outcomeUnknown }
    }
}
