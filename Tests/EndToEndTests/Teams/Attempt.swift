import Schema

/// A request of a stranger that names what another team has.
struct Attempt: Sendable {
    /// Method and path as documented: `GET /v1/coupons/{code}`.
    let operation: String
    let method: String
    let target: String
    let body: JSONValue?
    /// What the document asks of the key; nil where any will do.
    let permission: String?
    /// The documented answer: 404, 422, an empty page, or what is the stranger's own.
    let status: Int

    var name: String { "\(method) \(target)" }

    init(
        _ operation: String, _ values: String..., query: String = "", body: JSONValue? = nil,
        permission: String? = nil, expecting status: Int = 404
    ) {
        self.operation = operation
        let parts = operation.split(separator: " ", maxSplits: 1).map(String.init)
        method = parts[0]
        let path = values.reduce(parts[1]) { $0.replacing(/\{[^}]+\}/, with: $1, maxReplacements: 1) }
        target = query.isEmpty ? path : "\(path)?\(query)"
        self.body = body ?? (method == "POST" || method == "PUT" ? [:] : nil)
        self.permission = permission
        self.status = status
    }

    /// All operations of the checkout's APIs, on what `estate` has.
    ///
    /// - Parameter own: A campaign and an order of the stranger's own, for requests that mix both.
    static func all(on estate: Estate, by own: Estate) -> [Attempt] {
        customers(estate) + checkout(estate, own) + searches(estate) + coupons(estate) + notes(estate, own)
            + backOffice(estate) + [onfile(estate, own)]
    }

    /// The other team's customer has a card on file, with them. Comes last: a customer with that mail address is then the
    /// stranger's too.
    private static func onfile(_ estate: Estate, _ own: Estate) -> Attempt {
        let cart = own.cart(of: estate.email).merging(["payment": ["method": "onfile"]]) { $1 }
        return Attempt("POST /checkout/orders", body: .object(cart), expecting: 422)
    }

    private static func customers(_ estate: Estate) -> [Attempt] {
        let reason: JSONValue = ["reason": "none of yours"]
        let customer = "POST /checkout/customers/{customer_number}"
        let cancel = "POST /checkout/customers/{identifier}"
        return [
            Attempt(
                "\(customer)/blacklist", estate.customer, body: reason, permission: "api:customers.blacklist.add"),
            Attempt(
                "\(customer)/remove-blacklist", estate.customer, body: reason,
                permission: "api:customers.blacklist.remove"),
            Attempt(
                "GET /checkout/customers/{customer_number}/blacklist-status", estate.customer,
                permission: "api:customers.blacklist.check"),
        ]
            + [estate.customer, estate.subscription].map {
                Attempt(
                    "\(cancel)/cancel-subscriptions", $0, body: reason,
                    permission: "api:customers.subscriptions.cancel")
            }
            + [estate.customer, estate.fulfillment].map {
                Attempt(
                    "\(cancel)/cancel-fulfillments", $0, body: reason, permission: "api:customers.fulfillments.cancel")
            }
    }

    private static func checkout(_ estate: Estate, _ own: Estate) -> [Attempt] {
        let order: JSONValue = ["order_number": .string(estate.openOrder)]
        func changed(_ cart: [String: JSONValue], _ changes: [String: JSONValue] = [:]) -> JSONValue {
            .object(cart.merging(["payment": Estate.card]) { $1 }.merging(changes) { $1 })
        }
        let tax: JSONValue = [
            "campaign_id": .string(estate.campaign), "to_address": ["country": "US", "zip": "90012", "state": "CA"],
            "line_items": [["quantity": 1, "unit_price": "50.00"]],
        ]
        return [
            Attempt("POST /checkout/leads", body: changed(estate.cart()), expecting: 422),
            Attempt("POST /checkout/leads", body: changed(own.cart(offer: estate.offer)), expecting: 422),
            Attempt("POST /checkout/orders", body: changed(estate.cart()), expecting: 422),
            Attempt("POST /checkout/orders", body: changed(own.cart(offer: estate.offer)), expecting: 422),
            Attempt(
                "POST /checkout/orders", body: changed(own.cart(), ["coupon_code": .string(estate.coupon)]),
                expecting: 422),
            Attempt(
                "POST /checkout/orders",
                body: changed(
                    own.cart(of: "other-\(own.email)"),
                    [
                        "payment": [
                            "method": "external", "external_payment_id": .number(JSONNumber(estate.alternativePayment)),
                        ]
                    ]),
                expecting: 422),
            Attempt(
                "POST /checkout/orders/payment",
                body: ["order_number": .string(estate.openOrder), "payment": Estate.card]),
            Attempt(
                "POST /checkout/orders/upsell",
                body: [
                    "order_number": .string(estate.openOrder), "upsell_id": .string(estate.upsell), "quantity": 1,
                ]),
            Attempt("POST /checkout/orders/complete", body: order),
            Attempt("POST /checkout/orders/capture", body: order),
            Attempt("POST /checkout/tax", body: tax, permission: "api:tax.calculate", expecting: 422),
            Attempt(
                "POST /checkout/transactions/refund", body: ["transaction_number": .string(estate.transaction)]),
        ]
    }

    private static func searches(_ estate: Estate) -> [Attempt] {
        let filters = [
            "", "order_number=\(estate.order)", "customer_number=\(estate.customer)", "customer_email=\(estate.email)",
        ]
        let others = [
            "GET /checkout/orders": ["transaction_number=\(estate.transaction)", "campaign_id=\(estate.campaign)"],
            "GET /checkout/transactions": ["transaction_number=\(estate.transaction)"],
            "GET /v1/fulfillments": ["fulfillment_number=\(estate.fulfillment)", "search=\(estate.mark)"],
        ]
        return others.flatMap { operation, others in
            (filters + others).map { Attempt(operation, query: $0, expecting: 200) }
        }
    }

    private static func coupons(_ estate: Estate) -> [Attempt] {
        let code = estate.coupon
        let coupon: JSONValue = [
            "code": .string(code), "name": "Mine", "type": "fixed_amount", "discount_amount": "1.00",
        ]
        return [
            Attempt("GET /v1/coupons", expecting: 200),
            Attempt("GET /v1/coupons", query: "search=\(estate.mark)", expecting: 200),
            Attempt("GET /v1/coupons", query: "code=\(code)"), Attempt("GET /v1/coupons/{code}", code),
            Attempt("POST /v1/coupons/{code}/validate", code, body: ["subtotal": "150.00"]),
            Attempt("PUT /v1/coupons/{code}", code, body: ["name": "Mine"]),
            Attempt("DELETE /v1/coupons/{code}", code),
            // The other team's code is no secret of theirs, and free here.
            Attempt("POST /v1/coupons", body: coupon, expecting: 201),
        ]
    }

    private static func notes(_ estate: Estate, _ own: Estate) -> [Attempt] {
        let subjects = [
            ("/v1/customers/{customer_number}/notes", estate.customer, estate.customerNote, own.customer),
            ("/v1/orders/{orderNumber}/notes", estate.order, estate.orderNote, own.order),
            ("/v1/transactions/{transactionNumber}/notes", estate.transaction, estate.transactionNote, own.transaction),
        ]
        let note: JSONValue = ["title": "Mine", "content": "Mine."]
        return subjects.flatMap { path, number, id, ownNumber -> [Attempt] in
            let single = [number, ownNumber].flatMap { number in
                ["GET", "PUT", "DELETE"].filter { $0 != "GET" || !path.contains("transactions") }.map { method in
                    Attempt("\(method) \(path)/{noteId}", number, id, body: method == "PUT" ? note : nil)
                }
            }
            return [Attempt("GET \(path)", number), Attempt("POST \(path)", number, body: note)] + single
        }
    }

    private static func backOffice(_ estate: Estate) -> [Attempt] {
        [
            Attempt("GET /v1/campaigns", permission: "api:campaigns.view_any", expecting: 200),
            Attempt(
                "GET /v1/campaigns", query: "identifier=\(estate.campaign)", permission: "api:campaigns.view"),
            Attempt(
                "GET /v1/campaigns/{identifier}/products", estate.campaign,
                permission: "api:campaigns.products.view"),
            Attempt("GET /v1/alternative-payments", expecting: 200),
            Attempt("GET /v1/alternative-payments/{id}", "\(estate.alternativePayment)"),
            Attempt("GET /v1/fulfillments/{fulfillmentNumber}", estate.fulfillment),
        ]
    }
}
