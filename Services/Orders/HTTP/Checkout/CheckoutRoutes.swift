import Edge
import HTTPTypes
import Messaging
import Schema

/// The checkout funnel of the Health Suite API (`healthsuite.md`, "Checkout API", "Orders").
struct CheckoutRoutes: Sendable {
    let book: CheckoutBook
    let counter: PaymentCounter
    /// Looks at customers' details; nil where nobody does.
    let enricher: (any CustomerEnriching)?
    let idempotency: Idempotency

    var routes: [Route] {
        var suite = RouteGroup(HealthSuite())
        suite.post("/checkout/leads", createLead)
        suite.post("/checkout/orders", createOrder)
        suite.post("/checkout/orders/payment", processPayment)
        suite.post("/checkout/orders/upsell", processUpsell)
        suite.post("/checkout/orders/complete", complete)
        suite.post("/checkout/orders/capture", capture)
        return suite.routes
    }

    // MARK: Beginning

    private func createLead(_ request: APIRequest) async throws -> APIResponse {
        let body = try request.decode(CheckoutRequest.self)
        var reader = CheckoutReader()
        let submission = try await submission(body, request.principal, &reader)
        let enrichment =
            body.isEnriched == true
            ? try await enricher?.enrichment(of: submission.contact.person, for: request.principal.account) : nil
        return try await withFreshNumbers {
            try await idempotency.perform(request, isRequired: false) { transaction in
                let (lead, isReused) = try await book.createLead(submission, in: transaction)
                var data: [String: JSONValue] = [
                    "order_number": .string(lead.number), "customer_number": .string(lead.customerNumber),
                    "order_reused": .bool(isReused),
                ]
                data["enrichment"] = enrichment
                return try .json(
                    HealthSuite.Answer(data, message: "Lead created successfully"), status: .created)
            }
        }
    }

    private func createOrder(_ request: APIRequest) async throws -> APIResponse {
        let body = try request.decode(CheckoutRequest.self)
        var reader = CheckoutReader()
        let instruction = reader.payment(body.payment, at: request.receivedAt)
        // Amounts can only be read in a currency that is known; without one the request is refused all the same.
        let terms = reader.terms(
            tax: body.taxAmount, rate: body.taxRate, coupon: body.couponCode, isQARequired: body.forcesQA ?? false,
            gateway: body.chosenGateway, in: body.currency.flatMap { Currency($0.uppercased()) })
        let submission = try await submission(body, request.principal, &reader)
        let payment = try await counter.prepare(instruction)
        let person = submission.contact.person
        return try await withFreshNumbers {
            let receipt = try await counter.charge(request, idempotency) { transaction in
                try await book.createOrder(
                    submission, terms, paying: payment, isKeyed: request.hasIdempotencyKey, in: transaction)
            }
            let enrichment = try await enricher?.enrichment(of: person, for: request.principal.account)
            return try await counter.answer(
                receipt, CheckoutAnswer.order, enrichment: enrichment, status: .created)
        }
    }

    /// A number that a site has used for an order of its own is passed over.
    private func withFreshNumbers(_ begin: () async throws -> APIResponse) async throws -> APIResponse {
        for _ in 0..<8 {
            do {
                return try await begin()
            } catch OrderError.duplicateChannelOrderID {
                continue
            }
        }
        throw RequestError.unavailable
    }

    /// Reads a cart and who it is for, and holds it against the campaign.
    private func submission(
        _ body: CheckoutRequest, _ principal: Principal, _ reader: inout CheckoutReader
    ) async throws -> CheckoutSubmission {
        let contact = reader.contact(body)
        let attribution = reader.attribution(body)
        let campaignID = reader.required(body.campaignID, "campaign_id")
        let currency = reader.currency(body.currency)
        let products = reader.products(body.products, in: currency)
        try reader.check()
        guard let currency else { throw RequestError.validation([]) }
        guard let campaign = try await book.campaigns.campaign(campaignID, of: principal.account) else {
            throw RequestError.invalid("campaign_id", code: "unknown", "The selected campaign id is invalid.")
        }
        try CheckoutRules.check(campaign, country: contact.shipping.country, currency: currency)
        return CheckoutSubmission(
            caller: CheckoutCaller(account: principal.account, isTest: principal.isTestMode), contact: contact,
            campaign: campaign, currency: currency,
            cart: try CheckoutRules.cart(products, of: campaign, kind: .offer, currency: currency),
            attribution: attribution)
    }

    // MARK: Going on

    private func processPayment(_ request: APIRequest) async throws -> APIResponse {
        let body = try request.decode(CheckoutRequest.self)
        var reader = CheckoutReader()
        let number = reader.required(body.orderNumber, "order_number")
        let instruction = reader.payment(body.payment, at: request.receivedAt)
        let changes = body.changes(&reader)
        try reader.check()
        let payment = try await counter.prepare(instruction)
        let receipt = try await counter.charge(request, idempotency) { transaction in
            try await book.pay(
                number, of: request.principal.account, changes, with: payment, in: transaction)
        }
        let enrichment = try await enricher?.enrichment(of: receipt.person, for: request.principal.account)
        return try await counter.answer(receipt, CheckoutAnswer.payment, enrichment: enrichment)
    }

    private func processUpsell(_ request: APIRequest) async throws -> APIResponse {
        let body = try request.decode(UpsellBody.self)
        var reader = CheckoutReader()
        let number = reader.required(body.orderNumber, "order_number")
        // What can be judged without the order's currency is judged before it is looked for.
        _ = reader.upsells(body, in: nil)
        try reader.check()
        let upsell = UpsellRequest(
            products: { currency in
                var reader = CheckoutReader()
                let upsells = reader.upsells(body, in: currency)
                try reader.check()
                return upsells
            },
            terms: { currency in
                if let wanted = body.currency, !wanted.isEmpty, wanted.uppercased() != currency.code {
                    throw RequestError.invalid("currency", "The order is in \(currency).")
                }
                var reader = CheckoutReader()
                let terms = reader.terms(tax: body.taxAmount, rate: body.taxRate, in: currency)
                try reader.check()
                return terms
            }, isSingle: body.upsells == nil)
        let receipt = try await counter.charge(request, idempotency) { transaction in
            try await book.addUpsells(upsell, to: number, of: request.principal.account, in: transaction)
        }
        return try await counter.answer(receipt, CheckoutAnswer.upsell)
    }

    private func complete(_ request: APIRequest) async throws -> APIResponse {
        let number = try request.decode(OrderNumberBody.self).number()
        return try await idempotency.perform(request, isRequired: false) { transaction in
            let order = try await book.complete(number, of: request.principal.account, in: transaction)
            let completedAt = order.completedAt ?? order.updatedAt
            let data: [String: JSONValue] = [
                "order_number": .string(order.number), "status": .string(order.status.rawValue),
                "completed_at": .string(HealthSuite.dateTime(completedAt)),
            ]
            return try .json(HealthSuite.Answer(data, message: "Order marked as completed successfully"))
        }
    }

    private func capture(_ request: APIRequest) async throws -> APIResponse {
        let number = try request.decode(OrderNumberBody.self).number()
        let receipt = try await counter.capture(request, idempotency) { transaction in
            try await book.capture(number, of: request.principal.account, in: transaction)
        }
        return try await counter.answerCapture(receipt)
    }
}

extension CheckoutRequest {
    /// What a payment says beside itself. Amounts are read once the order's currency is known.
    fileprivate func changes(_ reader: inout CheckoutReader) -> OrderChanges {
        let newShipping = shipping.flatMap { $0.isEmpty ? nil : $0 }.map { reader.shipping($0) }
        let newBilling = reader.billing(billing)
        let campaign = reader.validation.errors.isEmpty ? campaignID : nil
        return OrderChanges(
            campaignInternalID: campaign.flatMap { $0.isEmpty ? nil : $0 }, shipping: newShipping, billing: newBilling,
            products: { currency in
                guard let products, !products.isEmpty else { return nil }
                var reader = CheckoutReader()
                let requests = reader.products(products, in: currency)
                try reader.check()
                return requests
            },
            terms: { currency in
                var reader = CheckoutReader()
                let terms = reader.terms(
                    tax: taxAmount, rate: taxRate, coupon: couponCode, isQARequired: forcesQA ?? false,
                    gateway: chosenGateway, in: currency)
                try reader.check()
                return terms
            })
    }
}
